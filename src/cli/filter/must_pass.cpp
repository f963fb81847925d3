#include "cli/filter/must_pass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/session/failure.hpp"
#include "filter/packet/packet_bytes.hpp"

namespace mapctl::cli {

namespace {

std::string ip_text(const IpAddress& address) {
  std::array<char, 46> text{};
  return {text.data(), append_ip(text.data(), address)};
}

}  // namespace

MustPass::MustPass(const Target& target, const std::vector<std::string>& packets)
    : target_(target) {
  for (const std::string& text : packets) {
    const PacketParts parts = parts_of(text);
    const std::string protocol = std::to_string(parts.protocol);
    const Packet packet{.source = ip_text(parts.source.address),
                        .destination = ip_text(parts.destination.address),
                        .protocol = protocol,
                        .port = parts.destination.port};
    std::optional<PacketRules> rules;
    if (target.schema.key.prefix && !parts.is_arp)
      rules = PacketRules::of(target.schema, packet, Sides::both);
    if (!rules)
      throw usage_error(fmt::format("--must-pass: {} has no rules that could drop '{}'",
                                    target.map.label(), text),
                        {"it is about the map of a filter's rules"});
    packets_.push_back({text, *std::move(rules)});
  }
}

bool MustPass::concerns(ByteView key) const {
  return std::ranges::any_of(packets_,
                             [&](const Required& each) { return each.rules.concerns(key); });
}

void MustPass::put(ByteView key, ByteView value) {
  if (concerns(key)) changes_.put(key, value);
}

void MustPass::erase(ByteView key) {
  if (concerns(key)) changes_.erase(key);
}

void MustPass::check() const {
  const auto before = [this](ByteView key) { return target_.map.match(key); };
  const auto then = [&](ByteView key) { return changes_.longest(key, before); };
  for (const Required& each : packets_) {
    if (changes_.empty()) return;
    const std::optional<Match> rule = each.rules.deciding(then);
    if (rule && each.rules.drops(rule->value))
      throw Failed(
          {"must_pass", Exit::bad_data,
           fmt::format("'{}' would be dropped by {}", each.text, each.rules.text(rule->prefix))});
  }
}

}  // namespace mapctl::cli
