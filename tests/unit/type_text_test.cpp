#include "mapctl/type_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/error.hpp"

namespace mapctl {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(TypeText, ReadsBackWhatItPrints) {
  for (const char* text : {"u8",
                           "u16",
                           "u32",
                           "u64",
                           "u128",
                           "s8",
                           "s16",
                           "s32",
                           "s64",
                           "s128",
                           "be16",
                           "be32",
                           "be64",
                           "f32",
                           "f64",
                           "bool",
                           "ptr",
                           "ipv4",
                           "ipv6",
                           "mac",
                           "cidr4",
                           "cidr6",
                           "char[16]",
                           "u8[6]",
                           "u16[4]",
                           "u16[2][3]",
                           "char[2][8]",
                           "{a:u8,b:u32}",
                           "{a:{x:u8,y:u64}[2],b:char[3]}",
                           "union{v4:ipv4,v6:ipv6}",
                           "enum{drop=1,pass=2}",
                           "enum8{no=-1,yes=1}",
                           "{a:u32:3,b:s32:5,c:u8}",
                           "{a:u8,union{x:u32,y:be16},z:u8}",
                           "4",
                           "24"})
    EXPECT_EQ(type_text(parse_type(text)), text);
}

TEST(TypeText, AlignsMembersAsC) {
  struct Native {
    std::uint8_t a;
    std::uint32_t b;
    std::uint16_t c;
    std::uint64_t d;
    std::uint8_t e;
  };
  const Layout layout = parse_type("{a:u8,b:u32,c:u16,d:u64,e:u8}");
  EXPECT_EQ(layout.size, sizeof(Native));
  EXPECT_EQ(layout.members[1].offset(), offsetof(Native, b));
  EXPECT_EQ(layout.members[2].offset(), offsetof(Native, c));
  EXPECT_EQ(layout.members[3].offset(), offsetof(Native, d));
  EXPECT_EQ(layout.members[4].offset(), offsetof(Native, e));
}

TEST(TypeText, PutsMembersOfAUnionAtItsStart) {
  const Layout layout = parse_type("union{a:u8,b:u64}");
  EXPECT_EQ(layout.size, 8U);
  EXPECT_EQ(layout.members[1].bit_offset, 0U);
}

TEST(TypeText, PacksBitfieldsAsC) {
  const Layout layout = parse_type("{a:u8:3,b:u8:6,c:u16:9}");
  EXPECT_EQ(layout.members[1].bit_offset, 8U);  // would cross the byte
  EXPECT_EQ(layout.members[2].bit_offset, 16U);
  EXPECT_EQ(layout.size, 4U);
}

TEST(TypeText, KnowsTheCidrKeys) {
  const Layout layout = parse_type("cidr6");
  EXPECT_EQ(layout.size, 20U);
  ASSERT_TRUE(layout.prefix.has_value());
  EXPECT_TRUE(layout.prefix->v6);
  EXPECT_TRUE(layout.prefix->bare);
}

TEST(TypeText, TakesAPlainSizeAsBytesWithoutAType) {
  EXPECT_EQ(parse_type("24").kind, Kind::untyped);
  EXPECT_EQ(parse_type("24").size, 24U);
}

TEST(TypeText, AllowsSpaces) { EXPECT_EQ(parse_type(" { a : u8 , b : u32 [ 2 ] } ").size, 12U); }

struct Refused {
  const char* text;
  const char* reason;
};

class RefusedType : public testing::TestWithParam<Refused> {};

TEST_P(RefusedType, IsRefusedWithItsReason) {
  EXPECT_THAT([] { parse_type(GetParam().text); },
              ThrowsMessage<BadInput>(HasSubstr(GetParam().reason)));
}

INSTANTIATE_TEST_SUITE_P(
    TypeText, RefusedType,
    testing::Values(Refused{"u33", "there is no type 'u33'"},
                    Refused{"", "it ends where a type should stand"},
                    Refused{"u32 x", "'x' is too much"}, Refused{"{a:u8", "expected '}'"},
                    Refused{"{a:u8,a:u8}", "two members called 'a'"},
                    Refused{"{a:u8,{b:u8,a:u8}}", "two members called 'a'"},
                    Refused{"{1a:u32}", "names do not begin with a digit"},
                    Refused{"enum{1=1}", "names do not begin with a digit"},
                    Refused{"enum{a=1,a=2}", "two names 'a'"},
                    Refused{"enum{a=5000000000}", "enum of 32 bits: 0 to 4294967295"},
                    Refused{"enum8{a=300}", "enum of 8 bits: 0 to 255"},
                    Refused{"enum8{a=-1,b=200}",
                            "the value of 'b' does not fit an enum of 8 bits: -128 to 127"},
                    Refused{"{a:u8[536870912],b:u32}", "over 268435456"},
                    Refused{"{a:u64[33554432],b:u32}", "larger than 268435456 bytes"},
                    Refused{"{}", "expected the name of a member"}, Refused{"char", "char[N]"},
                    Refused{"u8[0]", "0 elements"}, Refused{"u64[99999999]", "larger than"},
                    Refused{"0", "0 bytes"}, Refused{"99999999999", "is over"},
                    Refused{"enum9{a=1}", "there is no 'enum9'"},
                    Refused{"{a:ipv4:3}", "cannot be a bitfield"},
                    Refused{"{a:u8:9}", "9 is over 8"}));

TEST(TypeText, ShowsOfALongTypeOnlyThePartThatIsWrong) {
  std::string text = "{a:u8";
  for (int i = 0; i < 1000; ++i) text += ",m" + std::to_string(i) + ":u8";
  text += ",last:u33}";
  try {
    parse_type(text);
    FAIL() << "accepted";
  } catch (const BadInput& error) {
    EXPECT_THAT(error.what(), HasSubstr("m999:u8,last:u33}': there is no type 'u33'"));
    EXPECT_LT(std::string_view{error.what()}.size(), 200U);
  }
}

TEST(TypeText, SuggestsTheNearestType) {
  try {
    parse_type("cidr5");
    FAIL() << "accepted";
  } catch (const BadInput& error) {
    EXPECT_THAT(error.fix().front(), HasSubstr("did you mean 'cidr4'?"));
  }
}

}  // namespace
}  // namespace mapctl
