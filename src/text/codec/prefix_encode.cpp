#include <algorithm>

#include "map/error/printable.hpp"
#include "text/codec/codec_parts.hpp"
#include "text/codec/prefix.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/bits.hpp"
#include "text/literal/ip_protocol.hpp"
#include "text/literal/scalar.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl {
namespace {

std::string ip_text(const IpAddress& address) {
  char buffer[48];
  return {buffer, append_ip(buffer, address)};
}

std::string family_name(bool v4) { return v4 ? "IPv4" : "IPv6"; }

std::string example_of(const PrefixShape& shape) {
  return shape.v4 ? "192.0.2.0/24" : "2001:db8::/32";
}

[[noreturn]] void refuse_address(const PrefixShape& shape, std::string_view text,
                                 const ValuePath& place) {
  refuse(place, quote(text) + " is not an address or a prefix such as " + example_of(shape));
}

unsigned parse_length(std::string_view digits, const IpAddress& address, std::string_view text,
                      const ValuePath& place) {
  const std::optional<Number> number = parse_number(digits);
  if (!number || number->negative)
    refuse(place, quote(text) + " has no number of bits after its slash");
  if (number->too_large || number->magnitude > address.bits())
    refuse(place, quote(text) + " is not a prefix: " + excerpt(digits) + " is over " +
                      std::to_string(address.bits()));
  return static_cast<unsigned>(number->magnitude);
}

/// Names both prefixes that an address with host bits may mean.
std::string both_meanings(const IpAddress& address, unsigned length) {
  IpAddress network = address;
  store_big(network.bytes, load_big(address.bytes) & ~mask(128 - length));
  return "did you mean " + ip_text(network) + "/" + std::to_string(length) + " or " +
         ip_text(address) + "/" + std::to_string(address.bits()) + "?";
}

// Rules: [[PROTOCOL[/PORT]] from|to] PREFIX

struct Service {
  std::string_view protocol{};
  std::optional<std::string_view> port{};
};

Service split_service(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {text, std::nullopt};
  return {trim(text.substr(0, slash)), trim(text.substr(slash + 1))};
}

/// The text of a rule, split at its `from` or `to`.
struct Direction {
  std::string_view before;
  std::string_view word;
  std::string_view after;

  bool is_destination() const { return equal_ignoring_case(word, "to"); }
};

std::optional<Direction> find_direction(std::string_view text) {
  constexpr std::string_view space = " \t";
  for (std::size_t end = 0; end < text.size();) {
    const std::size_t begin = std::min(text.find_first_not_of(space, end), text.size());
    end = std::min(text.find_first_of(space, begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    const std::string_view after = trim(text.substr(end));
    const bool is_direction = equal_ignoring_case(word, "from") || equal_ignoring_case(word, "to");
    if (is_direction && !after.empty()) return Direction{trim(text.substr(0, begin)), word, after};
  }
  return std::nullopt;
}

[[noreturn]] void refuse_two_addresses(const Direction& first, const Direction& second,
                                       std::string_view text, const ValuePath& place) {
  const auto rule = [&](std::string_view word, std::string_view address) {
    std::string service{first.before};
    if (!service.empty()) service += ' ';
    return excerpt(service + std::string(word) + ' ' + std::string(address));
  };
  refuse(
      place, quote(text) + " names two addresses, and a rule looks at one",
      {"name one: " + rule(first.word, second.before) + " or " + rule(second.word, second.after)});
}

unsigned parse_protocol(std::string_view name, const ValuePath& place) {
  if (const auto number = protocol_number(name)) return *number;
  const std::optional<Number> number = parse_number(name);
  if (!number) refuse_protocol(name, place);
  if (number->negative || number->too_large || number->magnitude > 255)
    refuse(place, excerpt(name) + " does not fit an IP protocol: 1 to 255");
  if (number->magnitude == 0) {
    refuse(place, "protocol 0 stands for any; leave it out", {"the prefix alone matches any"});
  }
  return static_cast<unsigned>(number->magnitude);
}

unsigned parse_port(std::string_view text, unsigned protocol, const ValuePath& place) {
  if (!has_ports(protocol)) {
    const std::string_view name = protocol_name(protocol);
    refuse(place, (name.empty() ? "protocol " + std::to_string(protocol) : std::string(name)) +
                      " has no ports; tcp, udp, sctp, dccp and udplite have");
  }
  const std::optional<Number> number = parse_number(text);
  if (!number) refuse(place, quote(text) + " is not a port: 1 to 65535");
  const std::optional<Wide> port = fit(*number, 16, false);
  if (!port) refuse(place, excerpt(text) + " does not fit a port: 1 to 65535");
  if (*port == 0) refuse(place, "port 0 stands for any; leave it out");
  return static_cast<unsigned>(*port);
}

bool is_service(std::string_view text) {
  const Service service = split_service(text);
  if (protocol_number(service.protocol)) return true;
  return service.port && parse_number(service.protocol) && parse_number(*service.port);
}

[[noreturn]] void refuse_service_alone(const PrefixShape& shape, std::string_view text,
                                       const ValuePath& place) {
  std::vector<Remedy> fix;
  const std::string from = excerpt(text) + " from ";
  if (shape.v4) fix.push_back(from + "0.0.0.0/0");
  if (shape.v6) fix.push_back(from + "::/0");
  refuse(place, quote(text) + " does not say from where", fix);
}

[[noreturn]] void refuse_rule(const PrefixShape& shape, std::string_view text,
                              const ValuePath& place) {
  const std::string prefix = example_of(shape);
  std::string forms = prefix;
  if (shape.protocol) forms += ", tcp from " + prefix;
  if (shape.protocol && shape.port) forms += ", tcp/22 from " + prefix;
  if (takes_destinations(shape)) forms += ", to " + prefix;
  const std::vector<std::string> words{"default"};
  refuse(place, quote(text) + " is not a rule such as " + forms + " or default",
         suggestion(text, words));
}

PrefixParts parse_prefix(const PrefixShape& shape, std::string_view text, const ValuePath& place) {
  const AddressText read = parse_address(shape, text, place);
  PrefixParts parts;
  parts.address = read.address;
  parts.length = read.length.value_or(read.address.bits());
  check_host_bits(parts.address, parts.length, place);
  return parts;
}

PrefixParts parse_rule(const PrefixShape& shape, std::string_view text, const ValuePath& place) {
  if (equal_ignoring_case(text, "default")) return {.everything = true};
  const std::optional<Direction> direction = find_direction(text);
  if (!direction) {
    if (shape.protocol && is_service(text)) refuse_service_alone(shape, text, place);
    if (!parse_ip(text.substr(0, text.find('/')))) refuse_rule(shape, text, place);
    return parse_prefix(shape, text, place);
  }
  if (const auto second = find_direction(direction->after))
    refuse_two_addresses(*direction, *second, text, place);
  if (direction->is_destination() && !takes_destinations(shape))
    refuse(place, "this map's rules are about sources; its keys cannot say 'to'");
  PrefixParts parts = parse_prefix(shape, direction->after, place);
  parts.is_destination = direction->is_destination();
  if (direction->before.empty()) return parts;
  const Service service = split_service(direction->before);
  if (!shape.protocol) refuse(place, "this map's rules have no protocol; give the prefix alone");
  parts.protocol = parse_protocol(service.protocol, place);
  if (!service.port) return parts;
  if (!shape.port) refuse(place, "this map's rules have no port");
  parts.port = parse_port(*service.port, parts.protocol, place);
  return parts;
}

}  // namespace

AddressText parse_address(const PrefixShape& shape, std::string_view text, const ValuePath& place) {
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> address = parse_ip(text.substr(0, slash));
  if (!address) refuse_address(shape, text, place);
  if (address->v4 ? !shape.v4 : !shape.v6)
    refuse(place, quote(text) + " is " + family_name(address->v4) + ", this key holds " +
                      family_name(!address->v4) + " addresses");
  if (slash == std::string_view::npos) return {*address, std::nullopt};
  return {*address, parse_length(text.substr(slash + 1), *address, text, place)};
}

void check_host_bits(const IpAddress& address, unsigned length, const ValuePath& place) {
  if (!has_host_bits(address, length)) return;
  const std::string slash = "/" + std::to_string(length);
  refuse(place,
         "'" + ip_text(address) + slash + "' is not a network address: bits are set after " + slash,
         {both_meanings(address, length)});
}

PrefixParts parse_short_form(const PrefixShape& shape, std::string_view text) {
  const ValuePath top;
  text = trim(text);
  if (text == "null") refuse_null(top);
  return shape.rule ? parse_rule(shape, text, top) : parse_prefix(shape, text, top);
}

bool LongForm::take(const FoundField& field, TextCursor& in, ByteSpan key, const ValuePath& place) {
  const std::uint32_t offset = field.offset();
  if (field.member->bit_size != 0) return false;
  if (offset == 0) length_given_ = true;
  if (shape_.family && offset == shape_.family->offset) family_given_ = true;
  if (offset != shape_.address_offset) return false;
  if (in.peek() == '{' || in.peek() == '[' || is_hex_text(in.rest())) {
    address_opaque_ = true;
    return false;
  }
  const Token token = in.token(place);
  if (is_hex_text(token.text)) {
    address_opaque_ = true;
    encode_hex(token.text, key.subspan(offset, field.member->type.size), place);
    return true;
  }
  address_ = parse_address(shape_, token.text, place);
  store_address(shape_, address_->address, key);
  return true;
}

void LongForm::finish(ByteSpan key) {
  set_length(key);
  set_family(key);
}

void LongForm::set_length(ByteSpan key) {
  const ValuePath top;
  if (length_given_) {
    const auto most = static_cast<std::uint32_t>((key.size() - 4) * 8);
    const std::uint32_t length = prefix_length(key);
    if (address_ && address_->length) {
      refuse(top, "the prefix length is given twice: after the address and by itself");
    }
    if (length > most) {
      refuse(top,
             "the prefix length " + std::to_string(length) + " is over " + std::to_string(most));
    }
    return;
  }
  if (!address_)
    refuse(top,
           address_opaque_ ? "an address given as bytes needs the prefix length beside it"
                           : "the address is missing",
           {"give the address as ADDRESS/BITS"});
  const unsigned bits = address_->length.value_or(address_->address.bits());
  check_host_bits(address_->address, bits, top);
  store_host(key.first(4), bits_before_address(shape_, address_->address.v4) + bits);
}

void LongForm::set_family(ByteSpan key) {
  if (!shape_.family || !shape_.family_is_ip_version || !address_) return;
  const unsigned family = address_->address.v4 ? 4 : 6;
  if (!family_given_) return store_field(*shape_.family, family, key);
  const unsigned given = family_in(shape_, key);
  // With an explicit length the bytes are taken unchanged.
  if (length_given_ || given == family || (given != 4 && given != 6)) return;
  refuse(ValuePath{}, "family " + std::to_string(load_field(*shape_.family, key)) +
                          " is given, but the address is " + family_name(address_->address.v4));
}

}  // namespace mapctl
