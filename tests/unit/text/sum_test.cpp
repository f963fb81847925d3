#include "mapctl/text/sum.hpp"

#include <gtest/gtest.h>

#include "mapctl/text/text_writer.hpp"
#include "support/layouts.hpp"

namespace mapctl::test {
namespace {

using namespace layouts;

/// The slots of CPUs with these values.
Bytes slots(const Layout& layout, std::initializer_list<std::string_view> texts) {
  Bytes out;
  for (const std::string_view text : texts) {
    Bytes slot = encode(layout, text);
    slot.resize((layout.size + 7) / 8 * 8, std::byte{0xee});
    out.insert(out.end(), slot.begin(), slot.end());
  }
  return out;
}

std::string sum_of(const Layout& layout, ByteView values) {
  std::string text;
  TextWriter writer{text};
  decode_sum(layout, sum_per_cpu(layout, values), writer);
  return text;
}

std::string sum(const Layout& layout, std::initializer_list<std::string_view> texts) {
  return sum_of(layout, slots(layout, texts));
}

TEST(Sum, AddsIntegersOfEverySize) {
  EXPECT_EQ(sum(unsigned_int(1), {"1", "2", "3"}), "6");
  EXPECT_EQ(sum(unsigned_int(2), {"1", "2", "3"}), "6");
  EXPECT_EQ(sum(unsigned_int(8), {"4294967295", "1"}), "4294967296");
  EXPECT_EQ(sum(unsigned_int(16), {"18446744073709551615", "1"}), "18446744073709551616");
  EXPECT_EQ(sum(signed_int(4), {"-5", "2"}), "-3");
}

TEST(Sum, WrapsAroundInTheSizeOfTheField) {
  EXPECT_EQ(sum(unsigned_int(1), {"255", "2"}), "1");
  EXPECT_EQ(sum(unsigned_int(8), {"18446744073709551615", "2"}), "1");
  EXPECT_EQ(sum(signed_int(1), {"127", "1"}), "-128");
  const Layout fields =
      structure(2, {at(0, "low", unsigned_int(1)), at(1, "high", unsigned_int(1))});
  EXPECT_EQ(sum(fields, {"low=255,high=1", "low=1,high=1"}), "low=0,high=2");
}

TEST(Sum, AddsFieldByField) {
  const Layout inner = structure(8, {at(0, "a", unsigned_int(4)), at(4, "b", unsigned_int(4))});
  const Layout layout = structure(24, {at(0, "n", unsigned_int(8)), at(8, "s", inner),
                                       at(16, "l", array_of(unsigned_int(2), 2)),
                                       at(20, "", structure(4, {at(0, "deep", unsigned_int(4))}))});
  EXPECT_EQ(sum(layout, {"n=1,s={a=2,b=3},l=[4,5],deep=6", "n=10,s={a=20,b=30},l=[40,50],deep=60"}),
            "n=11,s={a=22,b=33},l=[44,55],deep=66");
}

TEST(Sum, AddsBitfieldsWithinTheirBits) {
  const Layout layout =
      structure(4, {bits(0, 3, "x", unsigned_int(4)), bits(3, 5, "y", signed_int(4)),
                    bits(14, 4, "level", level()), bits(18, 14, "z", unsigned_int(4))});
  EXPECT_EQ(sum(layout, {"x=6,y=-2,level=low,z=9000", "x=3,y=-3,level=low,z=9000"}),
            "x=1,y=-5,level=low,z=1616");
}

TEST(Sum, KeepsWhatIsNoIntegerWhereAllAgree) {
  const Layout layout =
      structure(24, {at(0, "action", action()), at(4, "ip", of(Kind::ipv4, 4)),
                     at(8, "port", of(Kind::big_endian, 2)), at(10, "name", of(Kind::text, 4)),
                     at(16, "n", unsigned_int(8))});
  EXPECT_EQ(sum(layout, {"action=drop,ip=192.0.2.1,port=443,name=ab,n=1",
                         "action=drop,ip=192.0.2.1,port=443,name=ab,n=2"}),
            "action=drop,ip=192.0.2.1,port=443,name=ab,n=3");
}

TEST(Sum, KeepsAUnionThatOneCpuHasWritten) {
  const Layout numbers = union_of(8, {at(0, "a", unsigned_int(4)), at(0, "b", unsigned_int(8))});
  const Layout layout = structure(16, {at(0, "u", numbers), at(8, "n", unsigned_int(8))});
  EXPECT_EQ(sum(layout, {"u={b=5},n=1", "n=2", "n=3"}), "u={b=5},n=6");
}

TEST(Sum, HasNullForWhatDiffers) {
  const Layout rules =
      array_of(structure(8, {at(0, "what", action()), at(4, "ip", of(Kind::ipv4, 4))}), 2);
  const Layout layout = structure(16, {at(0, "rules", rules)});
  EXPECT_EQ(sum(layout, {"rules=[{what=drop},{what=drop}]", "rules=[{what=drop},{what=pass}]"}),
            "rules=[{what=drop,ip=0.0.0.0},{what=null,ip=0.0.0.0}]");
  EXPECT_EQ(sum(of(Kind::ipv4, 4), {"10.0.0.1", "10.0.0.2"}), "null");
  const Layout named = structure(
      24, {at(0, "", union_of(8, {at(0, "a", unsigned_int(4)), at(0, "b", unsigned_int(8))})),
           at(8, "", structure(8, {at(0, "comm", of(Kind::text, 8))})),
           bits(128, 3, "level", level()), bits(131, 5, "n", unsigned_int(4))});
  EXPECT_EQ(sum(named, {"a=1,comm=sh,level=low,n=1", "a=1,comm=bash,level=high,n=2"}),
            "a=null,b=null,comm=null,level=null,n=3");
}

TEST(Sum, TakesZerosForNotWritten) {
  const Layout layout =
      structure(12, {at(0, "comm", of(Kind::text, 8)), at(8, "n", unsigned_int(4))});
  EXPECT_EQ(sum(layout, {"n=1", "comm=sh,n=2", "n=3"}), "comm=sh,n=6");
}

TEST(Sum, ComparesTextsUpToTheirEnd) {
  const Layout layout =
      structure(12, {at(0, "comm", of(Kind::text, 8)), at(8, "n", unsigned_int(4))});
  EXPECT_EQ(sum(layout, {"hex:736800696c650000"
                         "01000000",
                         "comm=sh,n=2"}),
            "comm=sh,n=3");
}

TEST(Sum, TakesPortsAndProtocolsForNames) {
  const Layout layout = structure(4, {at(0, "proto", unsigned_int(1), Role::ip_proto),
                                      at(2, "port", unsigned_int(2), Role::ip_port)});
  EXPECT_EQ(sum(layout, {"proto=tcp,port=22", "proto=tcp,port=22"}), "proto=tcp,port=22");
  EXPECT_EQ(sum(layout, {"proto=tcp,port=22", "proto=udp,port=22"}), "proto=null,port=22");
}

TEST(Sum, LeavesCpusOutThatNeverWroteTheEntry) {
  const Layout layout = structure(8, {at(0, "action", action()), at(4, "n", unsigned_int(4))});
  const std::string_view untouched = "hex:0000000000000000";
  EXPECT_EQ(sum(layout, {untouched, "action=drop,n=2", untouched, "action=drop,n=3"}),
            "action=drop,n=5");
  EXPECT_EQ(sum(layout, {untouched, untouched}), "action=0,n=0");
}

TEST(Sum, DoesNotChooseBetweenTheMembersOfAUnion) {
  const Layout numbers = union_of(8, {at(0, "a", unsigned_int(4)), at(0, "b", unsigned_int(8))});
  const Layout layout = structure(16, {at(0, "u", numbers), at(8, "n", unsigned_int(8))});
  EXPECT_EQ(sum(layout, {"u={b=5},n=1", "u={b=5},n=1"}), "u=null,n=2");
  EXPECT_EQ(sum(layout, {"n=1", "n=2"}), "u={b=0},n=3");
  EXPECT_EQ(sum(layout, {"u={b=5},n=1", "hex:00000000000000000000000000000000"}), "u={b=5},n=1");
  const Layout address =
      union_of(16, {at(0, "v4", of(Kind::ipv4, 4)), at(0, "v6", of(Kind::ipv6, 16))});
  EXPECT_EQ(sum(address, {"v4=10.0.0.1", "v4=10.0.0.1"}), "v6=a00:1::");
}

TEST(Sum, AddsAnIntegerThatAUnionGivesTwoNames) {
  const Layout packets =
      union_of(8, {at(0, "packets", unsigned_int(8)), at(0, "rx_packets", unsigned_int(8))});
  EXPECT_EQ(sum(packets, {"packets=4294967295", "rx_packets=1"}), "packets=4294967296");
}

TEST(Sum, AddsBytesWithoutATypeAsTheyArePrinted) {
  EXPECT_EQ(sum(untyped_layout(8), {"1", "2"}), "3");
  EXPECT_EQ(sum(untyped_layout(3), {"hex:010203", "hex:010203"}), "hex:010203");
  EXPECT_EQ(sum(untyped_layout(3), {"hex:010203", "hex:010204"}), "null");
}

TEST(Sum, PassesOverPaddingAndHiddenMembers) {
  const Layout layout =
      structure(8, {at(0, "n", unsigned_int(1)), at(1, "rank", unsigned_int(1), Role::hidden),
                    at(4, "lock", of(Kind::reserved, 4))});
  const Bytes values = bytes({1, 7, 9, 9, 5, 0, 0, 0, 2, 8, 3, 3, 6, 0, 0, 0});
  EXPECT_EQ(sum_of(layout, values), "n=3");
}

TEST(Sum, RefusesSlotsOfAnotherSize) {
  EXPECT_THROW(sum_per_cpu(unsigned_int(4), bytes({1, 2, 3, 4})), BadInput);
  EXPECT_THROW(sum_per_cpu(unsigned_int(4), {}), BadInput);
}

}  // namespace
}  // namespace mapctl::test
