// Descriptions of packets, and the frames made of them.

#include "mapctl/filter/packet.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/error.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string hex(ByteView bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return text;
}

/// The bytes behind the two MAC addresses.
std::string behind_stations(std::string_view description) {
  return hex(frame_of(description)).substr(24);
}

/// The message, and the alternative that it suggests.
std::string refusal(std::string_view description) {
  try {
    frame_of(description);
  } catch (const BadInput& error) {
    std::string text = error.what();
    for (const Remedy& fix : error.fix()) text += "; " + fix.text;
    return text;
  }
  return "taken";
}

TEST(Frame, HasTheHeadersOfItsProtocol) {
  EXPECT_EQ(behind_stations("tcp 192.0.2.7:5000 > 10.0.0.1:22"),
            "0800"
            "45000028"
            "00000000"
            "40060000"
            "c0000207"
            "0a000001"
            "13880016"
            "00000000"
            "00000000"
            "50020000"
            "00000000");
  EXPECT_EQ(behind_stations("udp 192.0.2.7:5000 > 10.0.0.1:53"),
            "0800"
            "4500001c"
            "00000000"
            "40110000"
            "c0000207"
            "0a000001"
            "1388003500080000");
  EXPECT_EQ(behind_stations("icmp 192.0.2.7"),
            "0800"
            "4500001c"
            "00000000"
            "40010000"
            "c0000207"
            "00000000"
            "0800000000000000");
  EXPECT_EQ(behind_stations("arp 192.0.2.7 > 192.0.2.1"),
            "0806"
            "0001080006040001"
            "020000000001"
            "c0000207"
            "000000000000"
            "c0000201");
}

TEST(Frame, OfIpv6HasPortsBehindBrackets) {
  EXPECT_EQ(behind_stations("udp [2001:db8::1]:9 > [::2]:53"),
            "86dd"
            "60000000"
            "00081140"
            "20010db8000000000000000000000001"
            "00000000000000000000000000000002"
            "0009003500080000");
  EXPECT_EQ(behind_stations("udp 2001:db8::1 > ::2"),
            behind_stations("udp [2001:db8::1]:0>[::2]:0"));
}

TEST(Frame, HasVlanTagsTheOuterFirst) {
  EXPECT_THAT(behind_stations("tcp 10.0.0.1 vlan 5"), StartsWith("8100"
                                                                 "0005"
                                                                 "0800"
                                                                 "45"));
  EXPECT_THAT(behind_stations("tcp 10.0.0.1 vlan 5 vlan 6"), StartsWith("88a8"
                                                                        "0005"
                                                                        "8100"
                                                                        "0006"
                                                                        "0800"
                                                                        "45"));
}

TEST(Frame, CanBeAFragment) {
  EXPECT_EQ(behind_stations("tcp 10.0.0.1 fragment 185"),
            "0800"
            "4500001c"
            "000000b9"
            "40060000"
            "0a000001"
            "00000000"
            "0000000000000000");
  EXPECT_THAT(behind_stations("tcp 10.0.0.1 fragment 0"), StartsWith("0800"
                                                                     "45000028"
                                                                     "00002000"));
  EXPECT_THAT(behind_stations("udp ::1 fragment 2").substr(4 + 80), StartsWith("11000010"
                                                                               "00000000"));
  EXPECT_THAT(behind_stations("udp ::1 fragment 0").substr(4 + 80), StartsWith("11000001"
                                                                               "00000000"));
}

TEST(Frame, TakesProtocolsByNameAndByNumber) {
  EXPECT_EQ(frame_of("gre 10.0.0.1"), frame_of("47 10.0.0.1"));
  EXPECT_EQ(frame_of("icmp6 ::1"), frame_of("ICMPv6 ::1 > :: hop-limit 64 type 128"));
  EXPECT_EQ(frame_of("tcp 10.0.0.1 > :22"), frame_of(" tcp\t10.0.0.1:0>0.0.0.0:22 ttl 64 "));
}

TEST(Frame, SaysWhatWouldHaveWorked) {
  EXPECT_THAT(refusal("tpc 10.0.0.1"), HasSubstr("did you mean 'tcp'?"));
  EXPECT_THAT(refusal("tcp/22 from 10.0.0.1"), HasSubstr("tcp 192.0.2.7 > 10.0.0.1:22"));
  EXPECT_THAT(refusal("tcp 10.0.0.0/8"), HasSubstr("one address, not a network: 10.0.0.0"));
  EXPECT_THAT(refusal("tcp 10.0.0"), HasSubstr("'10.0.0' is not an address"));
  EXPECT_THAT(refusal("tcp [::1:22"), HasSubstr("[2001:db8::1]:22"));
  EXPECT_THAT(refusal("tcp 10.0.0.1:65536"), HasSubstr("not a port: 0 to 65535"));
  EXPECT_THAT(refusal("gre 10.0.0.1:22"), HasSubstr("gre has no ports"));
  EXPECT_THAT(refusal("tcp 10.0.0.1 > ::1"), HasSubstr("one address is IPv4, the other IPv6"));
  EXPECT_THAT(refusal("icmp ::1"), HasSubstr("did you mean icmp6?"));
  EXPECT_THAT(refusal("icmp6 10.0.0.1"), HasSubstr("did you mean icmp?"));
  EXPECT_THAT(refusal("tcp 10.0.0.1 10.0.0.2"), HasSubstr("stands '>'"));
  EXPECT_THAT(refusal("tcp 10.0.0.1 >"), HasSubstr("nothing behind '>'"));
  EXPECT_THAT(refusal("tcp"), HasSubstr("from where"));
  EXPECT_THAT(refusal("tcp 10.0.0.1 vlna 5"), HasSubstr("did you mean 'vlan'?"));
  EXPECT_THAT(refusal("tcp 10.0.0.1 vlan"), HasSubstr("needs a number"));
  EXPECT_THAT(refusal("tcp 10.0.0.1 ttl 256"), HasSubstr("0 to 255"));
  EXPECT_THAT(refusal("tcp 10.0.0.1 type 8"), HasSubstr("icmp and icmp6 have"));
  EXPECT_THAT(refusal("arp ::1"), HasSubstr("ARP is about IPv4"));
  EXPECT_THAT(refusal("arp 10.0.0.1 ttl 3"), HasSubstr("arp has no ttl"));
  EXPECT_THAT(refusal(""), HasSubstr("'tcp 192.0.2.7:5000 > 10.0.0.1:22'"));
}

}  // namespace
}  // namespace mapctl::test
