// What the filter reads behind IPv6 extension headers and behind encrypted parts.

#include <gtest/gtest.h>

#include "support/filter/filter_fixture.hpp"
#include "support/filter/packets.hpp"

namespace mapctl::test {
namespace {

class FilterExtensions : public LoadedFilter {};

Bytes over_ipv6(std::uint8_t next, const Bytes& rest) {
  return ethernet(ethertype_ipv6, ipv6({.next = next}, rest));
}

Bytes header_of(std::uint8_t kind, std::uint8_t next, const Bytes& rest) {
  if (kind == protocol_fragment) return fragment(next, 0, false, rest);
  if (kind == protocol_auth) return auth_header(next, rest);
  return extension(next, rest);
}

/// A TCP packet behind that many headers of the kind.
Bytes chain(std::uint8_t kind, int headers) {
  Bytes rest = tcp(22);
  for (int i = 0; i < headers; ++i) rest = header_of(kind, i == 0 ? protocol_tcp : kind, rest);
  return over_ipv6(headers == 0 ? protocol_tcp : kind, rest);
}

constexpr std::uint8_t kinds[] = {
    protocol_hop_options,         protocol_routing,  protocol_fragment, protocol_auth,
    protocol_destination_options, protocol_mobility, protocol_hip,      protocol_shim6};

TEST_F(FilterExtensions, AreSixAtMost) {
  rules.put("tcp/22 from 2001:db8::/32", "drop");
  for (const std::uint8_t kind : kinds) {
    for (int headers = 0; headers <= 6; ++headers)
      EXPECT_EQ(verdict(chain(kind, headers)), FilterVerdict::drop_rule)
          << headers << " of " << int{kind};
    for (const int headers : {7, 8, 20}) {
      EXPECT_EQ(verdict(chain(kind, headers)), FilterVerdict::unparsed)
          << headers << " of " << int{kind};
      EXPECT_TRUE(drops(chain(kind, headers))) << int{kind};
    }
  }
}

TEST_F(FilterExtensions, MayBeOfDifferentKinds) {
  rules.put("tcp/22 from 2001:db8::/32", "drop");
  Bytes rest = tcp(22);
  std::uint8_t next = protocol_tcp;
  for (const std::uint8_t kind : {protocol_auth, protocol_fragment, protocol_routing,
                                  protocol_destination_options, protocol_hop_options}) {
    rest = header_of(kind, next, rest);
    next = kind;
    EXPECT_EQ(verdict(over_ipv6(next, rest)), FilterVerdict::drop_rule) << int{kind};
  }
}

TEST_F(FilterExtensions, MayBeAsLongAsTheyCan) {
  rules.put("tcp/22 from 2001:db8::/32", "drop");
  for (const std::uint8_t kind : kinds) {
    if (kind == protocol_fragment) continue;
    const Bytes rest = kind == protocol_auth ? auth_header(protocol_tcp, tcp(22), 255)
                                             : extension(protocol_tcp, tcp(22), 255);
    EXPECT_EQ(verdict(over_ipv6(kind, rest)), FilterVerdict::drop_rule) << int{kind};
    EXPECT_EQ(verdict(cut(over_ipv6(kind, rest), 500)), FilterVerdict::malformed) << int{kind};
  }
}

TEST_F(FilterExtensions, CountTheLengthOfAnAuthenticationHeaderInWords) {
  rules.put("tcp/22 from 2001:db8::/32", "drop");
  for (const std::uint8_t length : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{4}})
    EXPECT_EQ(verdict(over_ipv6(protocol_auth, auth_header(protocol_tcp, tcp(22), length))),
              FilterVerdict::drop_rule)
        << int{length};
}

TEST_F(FilterExtensions, EndWhereAnotherProtocolBegins) {
  rules.put({{"2001:db8::/32", "drop"}, {"tcp/22 from 2001:db8::/32", "pass"}});
  for (const std::uint8_t protocol : {protocol_none, protocol_esp, std::uint8_t{255}}) {
    EXPECT_EQ(verdict(over_ipv6(protocol, {})), FilterVerdict::drop_rule) << int{protocol};
    EXPECT_EQ(verdict(over_ipv6(protocol, tcp(22))), FilterVerdict::drop_rule) << int{protocol};
    EXPECT_EQ(verdict(over_ipv6(protocol_routing, extension(protocol, tcp(22)))),
              FilterVerdict::drop_rule)
        << int{protocol};
  }
}

// In IPv4 they are ordinary protocols, and the filter reads nothing behind them.
TEST_F(FilterExtensions, AreNoneOfIpv4) {
  rules.put({{"10.0.0.0/8", "drop"}, {"tcp from 10.0.0.0/8", "pass"}});
  for (const std::uint8_t kind : kinds) {
    const Bytes packet =
        ethernet(ethertype_ipv4, ipv4({.protocol = kind}, header_of(kind, protocol_tcp, tcp(22))));
    EXPECT_EQ(verdict(packet), FilterVerdict::drop_rule) << int{kind};
    EXPECT_EQ(verdict(cut(packet, 34)), FilterVerdict::drop_rule) << int{kind};
  }
}

TEST_F(FilterExtensions, LeaveEspItsProtocol) {
  rules.put({{"esp from 10.0.0.0/8", "drop"}, {"esp from 2001:db8::/32", "drop"}});
  EXPECT_EQ(verdict(ethernet(ethertype_ipv4, ipv4({.protocol = protocol_esp}, Bytes(8)))),
            FilterVerdict::drop_rule);
  EXPECT_EQ(verdict(over_ipv6(protocol_esp, Bytes(8))), FilterVerdict::drop_rule);
  EXPECT_EQ(verdict(over_ipv6(protocol_none, {})), FilterVerdict::pass_default);
}

}  // namespace
}  // namespace mapctl::test
