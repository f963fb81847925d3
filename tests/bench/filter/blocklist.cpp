#include "blocklist.hpp"

#include <arpa/inet.h>

#include <cstring>

namespace mapctl::bench {

namespace {

/// The leading bits of the first address, followed by the bits of the second.
Address joined(const Address& head, const Address& tail, unsigned bits) {
  Address joined = tail;
  std::memcpy(joined.data(), head.data(), bits / 8);
  if (const unsigned rest = bits % 8; rest != 0) {
    const unsigned mask = 0xff00U >> rest & 0xffU;
    joined[bits / 8] =
        static_cast<std::uint8_t>((head[bits / 8] & mask) | (tail[bits / 8] & ~mask & 0xffU));
  }
  return joined;
}

}  // namespace

std::string text_of(Family family, const Address& address) {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(family == Family::ipv4 ? AF_INET : AF_INET6, address.data(), text, sizeof text);
  return text;
}

Blocklist::Blocklist(Family family, std::size_t count, unsigned bits)
    : family_(family), bits_(bits), random_(count) {
  while (prefixes_.size() < count) {
    const Address prefix = prefix_of(any_source());
    if (known_.insert(prefix).second) prefixes_.push_back(prefix);
  }
}

/// A random IPv6 address from 2000::/3, as on the Internet.
Address Blocklist::any_source() {
  Address address{};
  const std::uint64_t halves[] = {random_(), random_()};
  std::memcpy(address.data(), halves, family_ == Family::ipv4 ? 4 : 16);
  if (family_ == Family::ipv6) address[0] = static_cast<std::uint8_t>(0x20 | (address[0] & 0x1f));
  return address;
}

Address Blocklist::prefix_of(Address address) const { return joined(address, {}, bits_); }

std::vector<Address> Blocklist::sources(Fate fate, std::size_t count) {
  std::vector<Address> sources;
  while (sources.size() < count) {
    const Address source = any_source();
    if (fate == Fate::hit)
      sources.push_back(joined(prefixes_[random_() % prefixes_.size()], source, bits_));
    else if (!known_.contains(prefix_of(source)))
      sources.push_back(source);
  }
  return sources;
}

}  // namespace mapctl::bench
