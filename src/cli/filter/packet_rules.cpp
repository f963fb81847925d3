#include "cli/filter/packet_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "mapctl/error.hpp"
#include "mapctl/text/codec.hpp"
#include "text/codec/prefix.hpp"

namespace mapctl::cli {

namespace {

constexpr std::uint32_t length_bytes = sizeof(std::uint32_t);

/// The key with a prefix shorter by one bit; nothing if its length is 0.
std::optional<Bytes> shorter(Bytes key) {
  const std::uint32_t length = prefix_length(key);
  if (length == 0) return std::nullopt;
  const std::uint32_t less = length - 1;
  std::memcpy(key.data(), &less, sizeof less);
  return key;
}

/// The longest match that counts: a shorter one is in the place of one that does not.
template <typename Counts>
std::optional<Match> longest_that(const LongestMatch& rules, ByteView key, Counts counts) {
  std::optional<Match> found = rules(key);
  while (found && !counts(*found)) {
    const std::optional<Bytes> rest = shorter(std::move(found->prefix));
    found = rest ? rules(*rest) : std::nullopt;
  }
  return found;
}

bool covers(ByteView prefix, ByteView key) {
  const std::uint32_t length = prefix_length(prefix);
  if (length > prefix_length(key)) return false;
  const std::size_t whole = length / 8;
  if (!std::ranges::equal(prefix.subspan(length_bytes, whole), key.subspan(length_bytes, whole)))
    return false;
  const std::byte differing =
      length % 8 == 0 ? std::byte{0} : prefix[length_bytes + whole] ^ key[length_bytes + whole];
  return (differing & static_cast<std::byte>(0xff00U >> length % 8)) == std::byte{0};
}

/// Rules for a single address, sorted from the least to the most specific service.
std::array<std::string, 3> texts_for(const Packet& packet, std::string_view direction,
                                     const std::string& address) {
  const std::string end = fmt::format("{} {}", direction, address);
  return {end, fmt::format("{} {}", packet.protocol, end),
          fmt::format("{}/{} {}", packet.protocol, packet.port, end)};
}

}  // namespace

bool has_word(const Layout& enumeration, std::string_view word) {
  return enumeration.kind == Kind::enumeration &&
         std::ranges::find(enumeration.enumerators, word, &Enumerator::short_name) !=
             enumeration.enumerators.end();
}

std::optional<VerdictField> find_action(const Layout& value) {
  if (has_word(value, "drop")) return VerdictField{&value, 0};
  for (const Member& member : value.members)
    if (member.bit_size == 0 && has_word(member.type, "drop"))
      return VerdictField{&member.type, member.offset()};
  return std::nullopt;
}

std::optional<PacketRules> PacketRules::of(const Schema& schema, const Packet& packet,
                                           Sides sides) {
  if (!schema.key.prefix || !schema.key.prefix->rule) return std::nullopt;
  const std::optional<VerdictField> action = find_action(schema.value);
  if (!action) return std::nullopt;
  const PrefixShape& shape = *schema.key.prefix;
  const bool both = sides == Sides::both && shape.family_is_ip_version;
  const std::array sources = texts_for(packet, "from", packet.source);
  const std::array destinations = texts_for(packet, "to", packet.destination);
  PacketRules rules;
  rules.sides_ = sides;
  try {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (both) rules.keys_.push_back(encode(schema.key, destinations[i]));
      rules.keys_.push_back(encode(schema.key, sources[i]));
    }
  } catch (const BadInput&) {  // keys do not support this family, or it is no address
    return std::nullopt;
  }
  rules.strongest_ = sources.back();
  rules.key_type_ = schema.key;
  rules.service_bits_ = (shape.address_offset - length_bytes) * 8;
  rules.action_offset_ = action->offset;
  rules.drop_ = encode(*action->type, "drop");
  rules.end_ = End::of(schema.value);
  return rules;
}

bool PacketRules::concerns(ByteView key) const {
  return std::ranges::any_of(keys_, [&](const Bytes& own) { return covers(key, own); });
}

bool PacketRules::drops(ByteView value) const {
  return std::ranges::equal(value.subspan(action_offset_, drop_.size()), drop_);
}

std::string PacketRules::text(ByteView key) const { return key_text_of(key_type_, key); }

/// The matched length of the address plus 1; 0 if the rule does not look at the address.
unsigned PacketRules::strength(const Match& match) const {
  const std::uint32_t length = prefix_length(match.prefix);
  return length < service_bits_ ? 0 : length - service_bits_ + 1;
}

bool PacketRules::exists(ByteView value, Moment moment) const {
  return moment == Moment::now ? !end_ || !end_->is_past(value) : !has_end(value);
}

std::optional<Match> PacketRules::deciding(const LongestMatch& rules, Moment moment) const {
  const auto exists = [&](const Match& match) { return this->exists(match.value, moment); };
  std::optional<Match> best;
  for (const Bytes& key : keys_) {
    std::optional<Match> found = longest_that(rules, key, exists);
    if (found && (!best || strength(*found) >= strength(*best))) best = std::move(found);
  }
  return best;
}

std::optional<Match> PacketRules::dropping(const LongestMatch& rules) const {
  const auto drops = [&](const Match& match) {
    return this->drops(match.value) && exists(match.value, Moment::now);
  };
  for (const Bytes& own : keys_)
    if (std::optional<Match> found = longest_that(rules, own, drops)) return found;
  return std::nullopt;
}

Bytes RuleChanges::canonical(ByteView key) {
  Bytes prefix(key.begin(), key.end());
  clear_host_bits(prefix);
  return prefix;
}

void RuleChanges::put(ByteView key, ByteView value) {
  rules_.insert_or_assign(canonical(key), Bytes(value.begin(), value.end()));
}

void RuleChanges::erase(ByteView key) { rules_.insert_or_assign(canonical(key), std::nullopt); }

std::optional<Match> RuleChanges::longest(ByteView key, const LongestMatch& before) const {
  std::optional<Match> best;
  for (const auto& [prefix, value] : rules_)
    if (value && covers(prefix, key) &&
        (!best || prefix_length(prefix) > prefix_length(best->prefix)))
      best = Match{prefix, *value};
  std::optional<Match> found =
      longest_that(before, key, [&](const Match& match) { return !has(match.prefix); });
  if (!best || (found && prefix_length(found->prefix) > prefix_length(best->prefix))) return found;
  return best;
}

}  // namespace mapctl::cli
