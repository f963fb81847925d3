// Packets in more than one buffer: the program sees the first one only.

#include <gtest/gtest.h>

#include "support/filter/filter_fixture.hpp"
#include "support/filter/packets.hpp"

namespace mapctl::test {
namespace {

class FilterJumbo : public LoadedFilter {};

constexpr std::size_t sizes[] = {3000, 4096, 9014, 65'000};  // the first one fits in a buffer

Bytes grown(Bytes packet, std::size_t size) {
  packet.resize(size);
  return packet;
}

TEST_F(FilterJumbo, IsJudgedByTheHeadersAndCountedWhole) {
  rules.put({{"10.0.0.0/8", "drop"}, {"tcp/22 from 2001:db8::/32", "pass"}, {"default", "drop"}});
  std::uint64_t bytes = 0;
  for (const std::size_t size : sizes) {
    EXPECT_EQ(verdict(grown(udp_from("10.0.0.1", 53), size)), FilterVerdict::drop_rule) << size;
    EXPECT_EQ(verdict(grown(tcp_from("2001:db8::1", 22), size)), FilterVerdict::pass_rule) << size;
    EXPECT_EQ(verdict(grown(tcp_from("192.0.2.1", 22), size)), FilterVerdict::drop_default);
    EXPECT_EQ(verdict(grown(arp(), size)), FilterVerdict::arp_nd) << size;
    bytes += size;
  }
  for (const char* rule : {"10.0.0.0/8", "tcp/22 from 2001:db8::/32", "default"}) {
    EXPECT_EQ(rules.counted(rule).packets, std::size(sizes)) << rule;
    EXPECT_EQ(rules.counted(rule).bytes, bytes) << rule;
  }
}

TEST_F(FilterJumbo, IsDroppedWhereItsHeadersGoOnInAnotherBuffer) {
  const Bytes far =
      extension(protocol_destination_options, extension(protocol_tcp, tcp(22), 255), 255);
  const Bytes packet = ethernet(ethertype_ipv6, ipv6({.next = protocol_destination_options}, far));
  for (const std::size_t size : {packet.size(), std::size_t{9014}}) {
    EXPECT_EQ(verdict(grown(packet, size)), FilterVerdict::malformed) << size;
    EXPECT_TRUE(drops(grown(packet, size))) << size;
  }
}

}  // namespace
}  // namespace mapctl::test
