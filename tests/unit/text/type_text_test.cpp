#include "mapctl/text/type_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/error.hpp"
#include "support/btf_builder.hpp"

namespace mapctl::test {
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
                           "ip",
                           "cidr",
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
                           "{n:u64@counter,flags:u8:3@hidden,main.seen:u32@variable}",
                           "{family:u8@ip_family,proto:u8@ip_proto,port:be16@ip_port}",
                           "{lock:bpf_spin_lock,n:u32,timer:bpf_timer,p:kptr[2]}",
                           "{node:bpf_list_node@16}",
                           "{a:u8,b@1:u32,c@5.3:u16:9}@7",
                           "{a:u8,@4:union{x:u8,y:u8}}@12",
                           "{a:{x:u8}@4[2],b:u8@counter}",
                           "4",
                           "24"})
    EXPECT_EQ(type_text(parse_type(text)), text);
}

TEST(TypeText, KeepsCNamesWhereTheyAreWanted) {
  const Layout layout =
      parse_type("struct flow{a:enum act{ACT_ONE=1},union{x:u8},b:union u{y:u8}}");
  EXPECT_EQ(layout.name, "struct flow");
  EXPECT_EQ(layout.members[0].type.enumerators[0].short_name, "one");
  EXPECT_EQ(type_text(layout), "{a:enum{ACT_ONE=1},union{x:u8},b:union{y:u8}}");
  EXPECT_EQ(exact_type_text(layout),
            "struct flow{a:enum act{ACT_ONE=1},union{x:u8},b:union u{y:u8}}");
}

TEST(TypeText, PlacesLocksAsTheKernelWantsThem) {
  const Layout layout = parse_type("{a:u8,lock:bpf_spin_lock,b:u8,timer:bpf_timer}");
  EXPECT_EQ(layout.members[1].offset(), 4U);
  EXPECT_EQ(layout.members[1].type.kind, Kind::reserved);
  EXPECT_EQ(layout.members[3].offset(), 16U);
}

TEST(TypeText, OfWhatACompilerWroteIsExact) {
  test::TestBtf btf;
  const int byte = btf.integer("unsigned char", 1);
  const int word = btf.integer("unsigned int", 4);
  const int be16 = btf.definition("__be16", btf.integer("unsigned short", 2));
  const int be32 = btf.definition("__be32", word);
  const int words = btf.array(word, 4);
  const int in6 = btf.structure("in6_addr", 16);
  btf.member("words", words, 0);
  const int either = btf.union_type(nullptr, 16);
  btf.member("v4", be32, 0);
  btf.member("v6", in6, 0);
  const int key = btf.structure("filter_key", 32);
  btf.member("prefixlen", word, 0);
  btf.member("family", byte, 32);
  btf.member("proto", byte, 40);
  btf.member("dport", be16, 48);
  btf.member("zone", byte, 64);
  btf.member("addr", either, 96);
  btf.member("reserved", word, 224);
  btf.tag("mapctl:ip_family", key, 1);
  btf.tag("mapctl:ip_proto", key, 2);
  btf.tag("mapctl:ip_port", key, 3);
  btf.tag("mapctl:hidden", key, 4);
  btf.tag("mapctl:hidden", key, 6);
  EXPECT_EQ(exact_type_text(btf.layout(key)),
            "struct filter_key{prefixlen:u32,family:u8@ip_family,proto:u8@ip_proto,"
            "dport:be16@ip_port,zone:u8@hidden,addr:union{v4:ipv4,v6:ipv6},reserved:u32@hidden}");
}

TEST(TypeText, OfAPackedStructIsExact) {
  test::TestBtf btf;
  const int byte = btf.integer("unsigned char", 1);
  const int word = btf.integer("unsigned int", 4);
  const int packed = btf.structure("packed", 10);
  btf.member("a", byte, 0);
  btf.member("b", word, 8);
  btf.member("c", word, 42, 7);  // behind two bits without a name
  EXPECT_EQ(exact_type_text(btf.layout(packed)), "struct packed{a:u8,b@1:u32,c@5.2:u32:7}@10");
}

TEST(TypeText, OfWhatItCannotSayIsNotExact) {
  test::TestBtf btf;
  const int word = btf.integer("unsigned int", 4);
  const int none = btf.array(word, 0);
  const int open = btf.structure("open", 4);
  btf.member("count", word, 0);
  btf.member("rest", none, 32);
  EXPECT_EQ(exact_type_text(btf.layout(open)), std::nullopt);
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

TEST(TypeText, TakesTypesByTheirNamesInC) {
  const std::pair<const char*, const char*> names[] = {
      {"int", "s32"},
      {"unsigned int", "u32"},
      {"unsigned", "u32"},
      {"char", "s8"},
      {"unsigned char", "u8"},
      {"short", "s16"},
      {"unsigned long", "u64"},
      {"long long", "s64"},
      {"long long unsigned int", "u64"},
      {"unsigned __int128", "u128"},
      {"uint32_t", "u32"},
      {"int8_t", "s8"},
      {"size_t", "u64"},
      {"__u32", "u32"},
      {"__s16", "s16"},
      {"__be16", "be16"},
      {"__be32", "be32"},
      {"string[16]", "char[16]"},
      {"char[2][8]", "char[2][8]"},
      {"unsigned char[4]", "u8[4]"},
      {"in_addr", "ipv4"},
      {"struct in6_addr", "ipv6"},
      {"bool", "bool"},
      {"{a:unsigned long,b:char,c:char[4],d:unsigned short[2]}",
       "{a:u64,b:s8,c:char[4],d:u16[2]}"}};
  for (const auto& [c, ours] : names) EXPECT_EQ(type_text(parse_type(c)), ours) << c;
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
    testing::Values(
        Refused{"u33", "there is no type 'u33'"}, Refused{"", "it ends where a type should stand"},
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
        Refused{"{}", "expected the name of a member"}, Refused{"string", "string[16]"},
        Refused{"unsigned signed", "C has no type 'unsigned signed'"},
        Refused{"short char", "C has no type 'short char'"},
        Refused{"long long long", "C has no type"},
        Refused{"unsigned float", "'float' is too much"}, Refused{"u8[0]", "0 elements"},
        Refused{"u64[99999999]", "larger than"}, Refused{"0", "0 bytes"},
        Refused{"99999999999", "is over"}, Refused{"enum9{a=1}", "there is no 'enum9'"},
        Refused{"{a:ipv4:3}", "cannot be a bitfield"}, Refused{"{a:u8:9}", "9 is over 8"},
        Refused{"{a:u32,b@2:u8}", "byte 2 belongs to the member before"},
        Refused{"{a:u8,b@1.3:u8}", "'b' does not begin with a byte"},
        Refused{"{a:u32}@3", "3 bytes do not hold it"},
        Refused{"{a:u8@big}", "'big' is nothing that a member can be"},
        Refused{"{a@:u8}", "expected ':'"}, Refused{"bpf_timer@0", "0 bytes"}));

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
    EXPECT_THAT(error.fix().front().text, HasSubstr("did you mean 'cidr4'?"));
  }
}

TEST(ExactTypeText, KeepsAStructWhoseNameIsThatOfABuiltInType) {
  for (const char* name :
       {"cidr4", "cidr6", "cidr", "ip", "ipv4", "u32", "mac", "char", "be16", "kptr"}) {
    TestBtf types;
    const int number = types.integer("unsigned int", 4);
    const int id = types.structure(name, 8);
    types.member("a", number, 0);
    types.member("b", number, 32);
    const std::string text = "struct " + std::string{name} + "{a:u32,b:u32}";
    EXPECT_EQ(exact_type_text(types.layout(id)), text);
    EXPECT_EQ(type_text(types.layout(id)), "{a:u32,b:u32}");
  }
  EXPECT_EQ(exact_type_text(parse_type("cidr4")), "cidr4");
}

TEST(TypeText, OfManyMembersIsReadInTimeThatGrowsWithThem) {
  std::string text = "{a:enum{";
  for (int i = 0; i < 30000; ++i) text += "name_of_value_" + std::to_string(i) + "=1,";
  text.back() = '}';
  for (int i = 0; i < 60000; ++i) text += ",name_of_member_" + std::to_string(i) + ":u8";
  EXPECT_EQ(parse_type(text + '}').members.size(), 60001U);
  EXPECT_THAT([&] { parse_type(text + ",name_of_member_7:u8}"); },
              ThrowsMessage<BadInput>(HasSubstr("two members called 'name_of_member_7'")));
}

TEST(ParseType, HasALimitOfNestedArrays) {
  std::string text = "u32";
  for (int i = 0; i < 400000; ++i) text += "[1]";
  EXPECT_THROW(parse_type(text), BadInput);
  EXPECT_EQ(type_text(parse_type("u32[1][2][3]")), "u32[1][2][3]");
}

}  // namespace
}  // namespace mapctl::test
