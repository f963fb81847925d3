// Reads the description of a packet.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "filter/packet/packet_bytes.hpp"
#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "mapctl/filter/packet.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/ip_protocol.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl {

namespace {

constexpr const char* example = "'tcp 192.0.2.7:5000 > 10.0.0.1:22'";

[[noreturn]] void refuse(const std::string& message, std::vector<Remedy> fix = {}) {
  if (fix.empty()) fix.push_back(fmt::format("a packet is described like {}", example));
  throw BadInput(message, std::move(fix));
}

/// Splits at white space; `>` needs none around it.
std::vector<std::string> words_of(std::string_view text) {
  std::string spaced;
  for (const char c : text) spaced += c == '>' ? " > " : std::string{c};
  std::istringstream words(spaced);
  return {std::istream_iterator<std::string>(words), {}};
}

unsigned number_up_to(unsigned most, std::string_view text, std::string_view what) {
  const std::optional<std::uint32_t> number = whole_number(text);
  if (!number || *number > most)
    refuse(fmt::format("'{}' is not {}: 0 to {}", excerpt(text), what, most));
  return *number;
}

[[noreturn]] void no_such_protocol(const std::string& word) {
  const std::string before_slash = word.substr(0, word.find('/'));
  if (before_slash != word && protocol_number(before_slash))
    refuse(fmt::format("'{}' is not a protocol", excerpt(word)),
           {fmt::format("a port stands behind its address: {} 192.0.2.7 > 10.0.0.1:{}",
                        before_slash, excerpt(word.substr(before_slash.size() + 1)))});
  std::vector<std::string> known = protocol_names();
  known.insert(known.end(), {"icmp6", "arp"});
  std::vector<Remedy> fix = suggestion(word, known);
  fix.push_back(fmt::format("it begins with a protocol: {}, or a number", fmt::join(known, ", ")));
  refuse(fmt::format("'{}' is not a protocol", excerpt(word)), std::move(fix));
}

unsigned protocol_called(const std::string& word) {
  constexpr unsigned most = 255;
  if (equal_ignoring_case(word, "icmp6")) return icmpv6_protocol;
  if (const std::optional<unsigned> number = protocol_number(word)) return *number;
  if (const std::optional<std::uint32_t> number = whole_number(word); number && *number <= most)
    return *number;
  no_such_protocol(word);
}

[[noreturn]] void no_address(std::string_view text) {
  std::vector<Remedy> fix;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos && parse_ip(text.substr(0, slash)))
    fix.push_back(
        fmt::format("a packet has one address, not a network: {}", text.substr(0, slash)));
  fix.emplace_back(
      "addresses are 192.0.2.7, 2001:db8::1; with a port 192.0.2.7:22, [2001:db8::1]:22");
  refuse(fmt::format("'{}' is not an address", excerpt(text)), std::move(fix));
}

/// The address, and the text after its colon if there is one.
struct EndpointText {
  std::string_view address;
  std::optional<std::string_view> port{};
};

EndpointText split(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) no_address(text);
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && !rest.starts_with(':')) no_address(text);
    const std::string_view address = text.substr(1, close - 1);
    if (rest.empty()) return {address};
    return {address, rest.substr(1)};
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || parse_ip(text)) return {text};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

/// An option behind the addresses, with the largest number that it takes.
struct NumberOption {
  std::string_view name;
  unsigned most;
  std::string_view what;
};

constexpr NumberOption number_options[] = {
    {"vlan", 4095, "a VLAN"},         {"fragment", 8191, "an offset in units of 8 bytes"},
    {"ttl", 255, "a number of hops"}, {"hop-limit", 255, "a number of hops"},
    {"type", 255, "a type"},
};

class Description {
 public:
  explicit Description(std::string_view text) : words_(words_of(text)) {}

  PacketParts read() {
    if (words_.empty()) refuse("the description of the packet is empty");
    const std::string protocol = take();
    parts_.is_arp = equal_ignoring_case(protocol, "arp");
    if (!parts_.is_arp) parts_.protocol = protocol_called(protocol);
    read_addresses();
    while (!at_end()) read_option();
    return std::move(parts_);
  }

 private:
  bool at_end() const { return at_ == words_.size(); }
  bool is_next(std::string_view word) const { return !at_end() && words_[at_] == word; }
  std::string take() { return words_[at_++]; }

  void read_addresses() {
    parts_.source.address.v4 = true;
    if (at_end() && parts_.is_arp) return;
    if (at_end()) refuse("it does not say from where", {"give the source's address"});
    if (!parts_.is_arp || parse_ip(words_[at_])) parts_.source = endpoint(take());
    parts_.destination.address.v4 = parts_.source.address.v4;
    if (is_next(">")) read_destination();
    check_families();
  }

  void read_destination() {
    take();
    if (at_end()) refuse("there is nothing behind '>'", {"give the destination's address"});
    const std::string word = take();
    if (word.starts_with(':') && !parse_ip(word))
      parts_.destination.port = port(std::string_view{word}.substr(1));
    else
      parts_.destination = endpoint(word);
  }

  Endpoint endpoint(std::string_view word) const {
    const EndpointText text = split(word);
    const std::optional<IpAddress> address = parse_ip(text.address);
    if (!address) no_address(word);
    return {*address, text.port ? port(*text.port) : 0};
  }

  unsigned port(std::string_view text) const {
    constexpr unsigned most = 65535;
    if (parts_.is_arp || !has_ports(parts_.protocol))
      refuse(fmt::format("{} has no ports; tcp, udp, sctp, dccp and udplite have", words_.front()));
    return number_up_to(most, text, "a port");
  }

  void check_families() const {
    const bool v4 = parts_.source.address.v4;
    if (parts_.destination.address.v4 != v4)
      refuse("one address is IPv4, the other IPv6", {"give two of the same kind"});
    if (parts_.is_arp && !v4) refuse("ARP is about IPv4 addresses", {"for IPv6: icmp6, type 135"});
    if (parts_.protocol == icmpv4_protocol && !v4)
      refuse("icmp is that of IPv4, the address is IPv6", {"did you mean icmp6?"});
    if (parts_.protocol == icmpv6_protocol && v4)
      refuse("icmp6 is that of IPv6, the address is IPv4", {"did you mean icmp?"});
  }

  void read_option() {
    const std::string name = take();
    const auto option = std::ranges::find(number_options, name, &NumberOption::name);
    if (option == std::end(number_options)) no_such_option(name);
    if (at_end()) refuse(fmt::format("'{}' needs a number behind it", name));
    set(*option, take());
  }

  void set(const NumberOption& option, const std::string& value) {
    const std::string_view name = option.name;
    const bool is_icmp = parts_.protocol == icmpv4_protocol || parts_.protocol == icmpv6_protocol;
    if (parts_.is_arp && name != "vlan")
      refuse(fmt::format("arp has no {}", name), {"it has vlan"});
    if (name == "type" && !is_icmp)
      refuse(fmt::format("{} has no type; icmp and icmp6 have", words_.front()));
    const unsigned number = number_up_to(option.most, value, option.what);
    if (name == "vlan")
      parts_.vlans.push_back(number);
    else if (name == "fragment")
      parts_.fragment = number;
    else if (name == "type")
      parts_.icmp_type = number;
    else
      parts_.hop_limit = number;
  }

  [[noreturn]] void no_such_option(const std::string& word) const {
    std::vector<std::string> names;
    for (const NumberOption& option : number_options) names.emplace_back(option.name);
    std::vector<Remedy> fix = suggestion(word, names);
    if (parse_ip(split(word).address) || word == ">")
      fix = {"between source and destination stands '>', once"};
    fix.push_back(fmt::format("behind the addresses can stand {}, each with a number",
                              fmt::join(names, ", ")));
    refuse(fmt::format("'{}' makes no sense there", excerpt(word)), std::move(fix));
  }

  std::vector<std::string> words_;
  std::size_t at_ = 0;
  PacketParts parts_{};
};

}  // namespace

PacketParts parts_of(std::string_view description) { return Description(description).read(); }

Bytes frame_of(std::string_view description) { return build_frame(parts_of(description)); }

}  // namespace mapctl
