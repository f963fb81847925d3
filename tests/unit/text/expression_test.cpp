#include "mapctl/text/expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "mapctl/text/type_text.hpp"
#include "support/layouts.hpp"

namespace mapctl::test {
namespace {

using namespace layouts;
using testing::HasSubstr;

/// A map from u32 to values of that layout.
Schema values_of(const Layout& value) {
  Schema schema;
  schema.key = unsigned_int(4);
  schema.value = value;
  return schema;
}

Schema keys_of(const Layout& key) {
  Schema schema;
  schema.key = key;
  schema.value = unsigned_int(8);
  return schema;
}

bool holds(const Schema& schema, std::string text, ByteView key, ByteView value) {
  return Expression(schema, {&text, 1}).holds({key, value});
}

/// The result for an entry with key 1 and that value.
bool value_holds(const Layout& layout, std::string_view value, const std::string& text) {
  return holds(values_of(layout), text, encode(unsigned_int(4), "1"), encode(layout, value));
}

bool key_holds(const Layout& layout, std::string_view key, const std::string& text) {
  return holds(keys_of(layout), text, encode(layout, key), encode(unsigned_int(8), "0"));
}

/// Why the text is refused for a map with such values: the message, then each fix after " | ".
std::string refusal(const Schema& schema, std::string text) {
  try {
    const Expression expression(schema, {&text, 1});
  } catch (const BadInput& error) {
    std::string message = error.what();
    for (const Remedy& fix : error.fix()) message += " | " + fix.text;
    return message;
  }
  return "taken";
}

/// The operators among =, !=, <, <=, >, >= that hold between the value and the constant.
std::string holding(const Layout& layout, std::string_view value, const std::string& constant) {
  std::string all;
  for (const char* symbol : {"=", "!=", "<", "<=", ">", ">="})
    if (value_holds(layout, value, std::string{"value "} + symbol + " " + constant))
      all += (all.empty() ? "" : " ") + std::string{symbol};
  return all;
}

constexpr const char* less = "!= < <=";
constexpr const char* equal = "= <= >=";
constexpr const char* greater = "!= > >=";

TEST(Expression, ComparesUnsignedIntegersOfEverySize) {
  for (const std::uint32_t size : {1U, 2U, 4U, 8U, 16U}) {
    EXPECT_EQ(holding(unsigned_int(size), "7", "200"), less) << size;
    EXPECT_EQ(holding(unsigned_int(size), "200", "0xc8"), equal) << size;
    EXPECT_EQ(holding(unsigned_int(size), "200", "7"), greater) << size;
  }
  EXPECT_EQ(holding(unsigned_int(16), "18446744073709551616", "18446744073709551615"), greater);
}

TEST(Expression, TakesSizesForIntegers) {
  EXPECT_EQ(holding(unsigned_int(4), "10000", "10k"), equal);
  EXPECT_EQ(holding(unsigned_int(8), "1048576", "1Mi"), equal);
  EXPECT_TRUE(value_holds(unsigned_int(8), "5000000", "value in [1k, 5M]"));
  EXPECT_THAT(refusal(values_of(unsigned_int(2)), "value < 1M"), HasSubstr("does not fit u16"));
  EXPECT_NE(refusal(values_of(of(Kind::boolean, 1)), "value = 1k"), "taken");
}

TEST(Expression, ReadsDurationsInTheUnitOfTheName) {
  const Layout times = parse_type(
      "{a_ns:u64,a_us:u64,a_ms:u64,a_s:u32,a_sec:u32,a_seconds:be32,list_s:u32[2],n:u64}");
  const std::string value =
      "a_ns=90000000000,a_us=90000000,a_ms=90000,a_s=90,a_sec=90,a_seconds=90,list_s=[1,90]";
  for (const char* name : {"a_ns", "value.a_us", "a_ms", "a_s", "a_sec", "a_seconds", "list_s[1]"})
    EXPECT_TRUE(value_holds(times, value, std::string{name} + " = 1m30s")) << name;
  EXPECT_TRUE(value_holds(times, value, "a_ms = 1m + 30s and a_s = 2m - 30s"));
  EXPECT_THAT(refusal(values_of(times), "n > 5m"),
              HasSubstr("n: the unit of '5m' is not known: the name ends in none of _ns"));
  EXPECT_THAT(refusal(values_of(times), "a_s > 5ms"), HasSubstr("not a whole number"));
  EXPECT_THAT(refusal(values_of(times), "a_s > 1m - 5m"), HasSubstr("-240 does not fit"));
}

TEST(Expression, KnowsTheTimeOfTheKernel) {
  const Layout times = parse_type("{seen_ns:u64,boot_s:u64}");
  timespec now{};
  ASSERT_EQ(clock_gettime(CLOCK_MONOTONIC, &now), 0);
  const std::uint64_t seconds = static_cast<std::uint64_t>(now.tv_sec);
  const std::string seen = "seen_ns=" + std::to_string(seconds * 1'000'000'000);
  EXPECT_TRUE(value_holds(times, seen, "seen_ns <= now and seen_ns > now - 1h"));
  EXPECT_TRUE(value_holds(times, seen, "seen_ns < now + 1m - 10s"));
  EXPECT_TRUE(value_holds(times, "seen_ns=0", "seen_ns = now - 9999d"));
  EXPECT_TRUE(value_holds(times, "boot_s=1", "not boot_s > now"));
  const Layout tagged = parse_type("{seen:u64@monotonic_ns,last_s:u64@boottime_ns}");
  EXPECT_TRUE(value_holds(tagged, "seen=" + std::to_string(seconds * 1'000'000'000),
                          "seen <= now and seen > now - 1h"));
  EXPECT_TRUE(value_holds(tagged, "last_s=60000000000", "last_s = 1m"));
  const Layout ban = parse_type("{why:u32,expires:u32@end}");
  EXPECT_TRUE(value_holds(ban, "expires=2099-01-01T00:00Z", "expires > now + 1h"));
  EXPECT_TRUE(value_holds(ban, "expires=2099-01-01T00:00Z", "expires = 2099-01-01T00:00Z"));
  EXPECT_TRUE(value_holds(ban, "expires=1999-01-01T00:00Z", "expires < now and expires > never"));
  EXPECT_TRUE(value_holds(ban, "why=1", "expires = never"));
  EXPECT_NE(refusal(values_of(ban), "expires < 1h"), "taken");
  EXPECT_NE(refusal(values_of(times), "seen_ns < 5m - now"), "taken");
  EXPECT_NE(refusal(values_of(times), "seen_ns < now - 10"), "taken");
}

TEST(Expression, ComparesSignedIntegersByTheirSign) {
  for (const std::uint32_t size : {1U, 2U, 4U, 8U, 16U}) {
    EXPECT_EQ(holding(signed_int(size), "-1", "1"), less) << size;
    EXPECT_EQ(holding(signed_int(size), "-5", "-5"), equal) << size;
    EXPECT_EQ(holding(signed_int(size), "-5", "-100"), greater) << size;
  }
}

TEST(Expression, ComparesBigEndianNumbersAsNumbers) {
  for (const std::uint32_t size : {2U, 4U, 8U}) {
    EXPECT_EQ(holding(of(Kind::big_endian, size), "1", "256"), less) << size;
    EXPECT_EQ(holding(of(Kind::big_endian, size), "443", "443"), equal) << size;
    EXPECT_EQ(holding(of(Kind::big_endian, size), "256", "1"), greater) << size;
  }
}

TEST(Expression, ComparesEnumsByNumber) {
  EXPECT_EQ(holding(action(), "drop", "pass"), less);
  EXPECT_EQ(holding(action(8), "drop", "FILTER_DROP"), equal);
  EXPECT_EQ(holding(level(), "low", "high"), less);
  EXPECT_EQ(holding(level(), "high", "-1"), greater);
}

TEST(Expression, ComparesPointersAndBools) {
  EXPECT_EQ(holding(of(Kind::pointer, 8), "0xffff888000000000", "0x10"), greater);
  EXPECT_EQ(holding(of(Kind::boolean, 1), "true", "true"), equal);
  EXPECT_EQ(holding(of(Kind::boolean, 1), "2", "true"), equal);
  EXPECT_EQ(holding(of(Kind::boolean, 1), "2", "1"), equal);
  EXPECT_EQ(holding(of(Kind::boolean, 1), "false", "true"), less);
}

TEST(Expression, ComparesFloatsAndNanIsNeverEqual) {
  for (const std::uint32_t size : {4U, 8U}) {
    const Layout layout = of(Kind::floating, size);
    EXPECT_EQ(holding(layout, "-2", "1.5"), less) << size;
    EXPECT_EQ(holding(layout, "1.5", "1.5"), equal) << size;
    EXPECT_EQ(holding(layout, "0", "-0"), equal) << size;
    EXPECT_EQ(holding(layout, "inf", "1"), greater) << size;
    EXPECT_EQ(holding(layout, "nan", "nan"), "!=") << size;
    EXPECT_EQ(holding(layout, "nan", "1"), "!=") << size;
  }
}

TEST(Expression, ComparesAddressesAndBytesFromTheFirstOn) {
  EXPECT_EQ(holding(of(Kind::ipv4, 4), "10.0.0.255", "10.0.1.0"), less);
  EXPECT_EQ(holding(of(Kind::ipv4, 4), "192.0.2.7", "192.0.2.7"), equal);
  EXPECT_EQ(holding(of(Kind::ipv6, 16), "2001:db8::1", "2001:db8::"), greater);
  EXPECT_EQ(holding(of(Kind::mac, 6), "02:00:00:00:00:01", "02:00:00:00:00:02"), less);
  EXPECT_EQ(holding(of(Kind::bytes, 3), "hex:0200ff", "hex:020100"), less);
  EXPECT_EQ(holding(of(Kind::bytes, 3), "hex:010203", "hex:01 02 03"), equal);
}

TEST(Expression, ComparesTextsAsADictionaryDoes) {
  const Layout text = of(Kind::text, 8);
  EXPECT_EQ(holding(text, "ab", "abc"), less);
  EXPECT_EQ(holding(text, "zsh", "bash"), greater);
  EXPECT_EQ(holding(text, "\"a b\"", "a b"), equal);
  EXPECT_EQ(holding(text, "\"a b\"", "'a b'"), equal);
  EXPECT_EQ(holding(text, "\"and or\"", "\"and or\""), equal);
  EXPECT_EQ(holding(text, "(x)", "(x)"), equal);
  EXPECT_EQ(holding(text, "a[b", "a[b"), equal);
  EXPECT_EQ(holding(text, "\"\"", "\"\""), equal);
}

TEST(Expression, LooksAtATextAfterItsEndOnlyWhereBytesAreGiven) {
  const Layout text = of(Kind::text, 4);
  EXPECT_EQ(holding(text, "hex:61007a7a", "a"), equal);
  EXPECT_EQ(holding(text, "hex:61007a7a", "hex:61007a7a"), equal);
  EXPECT_EQ(holding(text, "a", "hex:61007a7a"), less);
}

TEST(Expression, TakesBytesWithoutATypeAsTheyLook) {
  EXPECT_EQ(holding(untyped_layout(4), "256", "255"), greater);
  EXPECT_EQ(holding(untyped_layout(4), "10.0.0.1", "10.0.0.1"), equal);
  EXPECT_EQ(holding(untyped_layout(3), "hex:010203", "hex:010204"), less);
  EXPECT_TRUE(value_holds(untyped_layout(4), "10.1.2.3", "value in 10.0.0.0/8"));
  EXPECT_TRUE(value_holds(untyped_layout(4), "256", "value in [1, 256]"));
  EXPECT_TRUE(value_holds(untyped_layout(4), "10.1.2.3", "value in [1, 10.0.0.0/8]"));
  EXPECT_TRUE(value_holds(untyped_layout(4), "hex:01020304", "value in [hex:01020304]"));
  EXPECT_TRUE(value_holds(untyped_layout(16), "2001:db8::1", "value in [::1, 2001:db8::/32]"));
}

Layout flags() {
  return structure(4, {bits(0, 3, "low", unsigned_int(4)), bits(3, 5, "delta", signed_int(4)),
                       bits(14, 4, "level", level()), bits(18, 1, "on", of(Kind::boolean, 1)),
                       bits(19, 13, "rest", unsigned_int(4))});
}

TEST(Expression, ReadsBitfields) {
  constexpr const char* value = "low=5,delta=-3,level=low,on=true,rest=8000";
  for (const char* text : {"low = 5", "low > 4", "delta < -2", "delta >= -3", "level = low", "on",
                           "level < high", "rest = 8000", "rest in [1,8000]", "level ~ l*"})
    EXPECT_TRUE(value_holds(flags(), value, text)) << text;
  for (const char* text : {"low = 4", "delta = 3", "delta > 0", "not on", "rest < 8000"})
    EXPECT_FALSE(value_holds(flags(), value, text)) << text;
  EXPECT_EQ(refusal(values_of(flags()), "low = 8"),
            "low: 8 does not fit a field of 3 bits: 0 to 7");
}

Layout flow() {
  return structure(
      40,
      {at(0, "proto", unsigned_int(1), Role::ip_proto), at(2, "port", of(Kind::big_endian, 2)),
       at(4, "src", of(Kind::ipv4, 4)),
       at(8, "",
          structure(8,
                    {at(0, "deep", unsigned_int(4)),
                     at(4, "",
                        union_of(4, {at(0, "a", unsigned_int(4)), at(0, "b", unsigned_int(2))}))})),
       at(16, "list",
          array_of(structure(4, {at(0, "x", unsigned_int(2)), at(2, "y", unsigned_int(2))}), 2)),
       at(24, "mac", of(Kind::mac, 6)), at(30, "raw", of(Kind::bytes, 2)),
       at(32, "rank", unsigned_int(1), Role::hidden), at(36, "lock", of(Kind::reserved, 4))});
}

TEST(Expression, FindsFieldsAtAnyDepth) {
  constexpr const char* value =
      "proto=tcp,port=443,src=10.0.0.1,deep=6,a=70000,list=[{x=1,y=2},{x=3,y=4}],"
      "mac=02:00:00:00:00:01,raw=hex:0102";
  for (const char* text :
       {"proto = tcp", "proto = 6", "proto ~ tc?", "value.port = 443", "deep = 6", "a = 70000",
        "b = 4464", "list[1].y = 4", "value.list[0].x=1", "list[1] = {x=3,y=4}", "raw[1] = 2",
        "list = [{x=1,y=2},{x=3,y=4}]", "src in 10.0.0.0/8", "src in [192.0.2.0/24,10.0.0.1]",
        "mac = 02:00:00:00:00:01", "key = 1", "mac ~ 02:*:01"})
    EXPECT_TRUE(value_holds(flow(), value, text)) << text;
  for (const char* text : {"proto = udp", "list[0].x = 3", "src in 192.0.2.0/24", "key != 1",
                           "src in [192.0.2.0/24,10.0.0.2]", "list[1] != {x=3,y=4}"})
    EXPECT_FALSE(value_holds(flow(), value, text)) << text;
}

TEST(Expression, CombinesWithAndOrNotAndParentheses) {
  const Layout layout = structure(4, {at(0, "a", unsigned_int(1)), at(1, "b", unsigned_int(1)),
                                      at(2, "ok", of(Kind::boolean, 1))});
  for (const char* text :
       {"a = 1 and b = 2", "a = 9 or b = 2", "a = 1 or b = 9 and b = 8", "not a = 9", "ok",
        "not not ok", "not (a = 1 and b = 9)", "(a=1)and(b=2)", "a=1&&b=2", "a=9||b=2", "!(a=9)",
        "a = 9 OR a = 1 AND ok", "a = 1\n and\tb = 2", "ok and a in [ 3 , 1 ] and b <= 2"}) {
    EXPECT_TRUE(value_holds(layout, "a=1,b=2,ok=true", text)) << text;
  }
  for (const char* text : {"a = 1 and b = 9", "(a = 1 or b = 9) and b = 8", "not ok",
                           "not a = 1 or b = 9", "a in [2,3]"})
    EXPECT_FALSE(value_holds(layout, "a=1,b=2,ok=true", text)) << text;
}

TEST(Expression, HoldsWhereAllTextsHold) {
  const Schema schema = values_of(unsigned_int(4));
  const std::vector<std::string> texts = {"value > 1", "value < 5"};
  const Expression expression(schema, texts);
  const Bytes key = encode(schema.key, "1");
  EXPECT_TRUE(expression.holds({key, encode(schema.value, "3")}));
  EXPECT_FALSE(expression.holds({key, encode(schema.value, "1")}));
  EXPECT_FALSE(expression.holds({key, encode(schema.value, "5")}));
}

TEST(Expression, FitsPatternsToWhatIsPrinted) {
  EXPECT_TRUE(value_holds(of(Kind::text, 8), "\"a b\"", "value ~ a*b"));
  EXPECT_TRUE(value_holds(of(Kind::text, 8), "\"a b\"", "value ~ \"a b\""));
  EXPECT_FALSE(value_holds(of(Kind::text, 8), "ab", "value ~ a"));
  EXPECT_TRUE(value_holds(of(Kind::ipv4, 4), "10.2.0.1", "value ~ 10.[0-3].*"));
  EXPECT_TRUE(value_holds(action(), "drop", "value ~ dr?p"));
  EXPECT_TRUE(value_holds(rule_value(), "drop,port=443,packets=7", "value ~ *port=443*"));
  EXPECT_TRUE(key_holds(cidr4(), "10.0.0.0/8", "key ~ 10.*/8"));
}

TEST(Expression, ComparesKeysOfTriesAsWholePrefixes) {
  for (const Layout& key : {cidr4(), cidr4_struct()}) {
    EXPECT_TRUE(key_holds(key, "10.1.0.0/16", "key = 10.1.0.0/16"));
    EXPECT_TRUE(key_holds(key, "10.1.0.0/16", "key != 10.1.0.0/17"));
    EXPECT_TRUE(key_holds(key, "10.1.0.0/16", "key in 10.0.0.0/8"));
    EXPECT_TRUE(key_holds(key, "10.1.0.0/16", "key in 10.1.0.0/16"));
    EXPECT_TRUE(key_holds(key, "0.0.0.0/0", "key in 0.0.0.0/0"));
    EXPECT_FALSE(key_holds(key, "10.1.0.0/16", "key in 10.1.0.0/17"));
    EXPECT_FALSE(key_holds(key, "10.1.0.0/16", "key in [11.0.0.0/8,10.1.0.1]"));
  }
  EXPECT_TRUE(key_holds(cidr6(), "2001:db8:1::/48", "key in 2001:db8::/32"));
  EXPECT_FALSE(key_holds(cidr6(), "2001:db9::/48", "key in 2001:db8::/32"));
  const Layout cidr = parse_type("cidr");
  EXPECT_TRUE(key_holds(cidr, "10.1.0.0/16", "key in 10.0.0.0/8"));
  EXPECT_FALSE(key_holds(cidr, "10.1.0.0/16", "key in 11.0.0.0/8"));
  EXPECT_TRUE(key_holds(cidr, "2001:db8:1::/48", "key in [10.0.0.0/8,2001:db8::/32]"));
  EXPECT_TRUE(key_holds(of(Kind::ip, 16), "10.1.0.1", "key in 10.0.0.0/8"));
  EXPECT_FALSE(key_holds(of(Kind::ip, 16), "2001:db8::1", "key in 10.0.0.0/8"));
  EXPECT_TRUE(key_holds(of(Kind::ip, 16), "2001:db8::1", "key in 2001:db8::/32"));
  EXPECT_TRUE(key_holds(cidr4_struct(), "10.1.0.0/16", "prefixlen > 8 and addr = 10.1.0.0"));
}

TEST(Expression, LooksForTheAddressInARuleOfEitherFamily) {
  EXPECT_TRUE(key_holds(rule_key(), "tcp/22 from 10.1.0.0/16", "key in 10.0.0.0/8"));
  EXPECT_TRUE(key_holds(rule_key(), "tcp/22 from 10.1.0.0/16", "key = tcp/22 from 10.1.0.0/16"));
  EXPECT_TRUE(key_holds(rule_key(), "tcp/22 from 10.1.0.0/16", "proto = tcp and dport < 1024"));
  EXPECT_TRUE(key_holds(rule_key(), "2001:db8::/48", "key in [10.0.0.0/8, 2001:db8::/32]"));
  EXPECT_FALSE(key_holds(rule_key(), "10.1.0.0/16", "key in ::/0"));
  EXPECT_FALSE(key_holds(rule_key(), "default", "key in 0.0.0.0/0"));
}

TEST(Expression, ComparesStructsButNotTheirPadding) {
  const Layout padded = structure(8, {at(0, "a", unsigned_int(1)), at(4, "b", unsigned_int(4)),
                                      at(2, "rank", unsigned_int(1), Role::hidden)});
  const Bytes key = encode(unsigned_int(4), "1");
  const Bytes dirty = bytes({7, 9, 9, 9, 5, 0, 0, 0});
  EXPECT_TRUE(holds(values_of(padded), "value = a=7,b=5", key, dirty));
  EXPECT_FALSE(holds(values_of(padded), "value != a=7,b=5", key, dirty));
  EXPECT_FALSE(holds(values_of(padded), "value = a=7", key, dirty));
  EXPECT_TRUE(holds(values_of(padded), "value = hex:0709090905000000", key, dirty));
  EXPECT_FALSE(holds(values_of(padded), "value = hex:0709090805000000", key, dirty));
}

TEST(Expression, LeavesCountersOutThatAStructDoesNotName) {
  constexpr const char* value = "drop,port=443,packets=7";
  EXPECT_TRUE(value_holds(rule_value(), value, "value = drop,port=443"));
  EXPECT_TRUE(value_holds(rule_value(), value, "value = drop,port=443,packets=7"));
  EXPECT_FALSE(value_holds(rule_value(), value, "value = drop,port=443,packets=8"));
  EXPECT_FALSE(value_holds(rule_value(), value, "value = drop"));
}

TEST(Expression, HoldsForAPerCpuEntryWhereOneCpuFits) {
  Schema schema =
      values_of(structure(4, {at(0, "a", unsigned_int(2)), at(2, "b", unsigned_int(2))}));
  schema.per_cpu = true;
  const Bytes key = encode(schema.key, "1");
  const Bytes value = bytes({1, 0, 2, 0, 0xee, 0xee, 0xee, 0xee, 3, 0, 4, 0, 0, 0, 0, 0});
  for (const char* text : {"a = 1", "a = 3", "a = 3 and b = 4", "value = a=1,b=2", "key = 1"})
    EXPECT_TRUE(holds(schema, text, key, value)) << text;
  for (const char* text : {"a = 1 and b = 4", "a = 0", "a > 3", "key = 2"})
    EXPECT_FALSE(holds(schema, text, key, value)) << text;
}

TEST(Expression, AsksWhichOfTwoFieldsIsMeant) {
  Schema schema = keys_of(structure(4, {at(0, "port", unsigned_int(4))}));
  schema.value = structure(4, {at(0, "port", unsigned_int(4))});
  EXPECT_EQ(refusal(schema, "port = 1"),
            "key and value both have a field 'port' | say which: key.port or value.port");
  EXPECT_EQ(refusal(schema, "key.port = 1 and value.port = 2"), "taken");
}

TEST(Expression, SuggestsTheFieldThatWasMeant) {
  const Schema schema = values_of(flow());
  EXPECT_EQ(refusal(schema, "prt = 1"),
            "there is no field 'prt'; fields are proto, port, src, deep, a, b, list, mac, raw, "
            "key, value | did you mean 'port'?");
  EXPECT_EQ(refusal(schema, "value.lst[0] = 1"),
            "value.lst[0]: there is no 'lst'; its fields are proto, port, src, deep, a, b, list, "
            "mac, raw | did you mean 'list'?");
  EXPECT_EQ(refusal(schema, "list[0].z = 1"), "list[0].z: there is no 'z'; its fields are x, y");
  EXPECT_EQ(refusal(schema, "key.x = 1"), "key.x: there is no 'x'; it has no fields");
  EXPECT_EQ(refusal(schema, "rank = 1"), "rank: it is hidden, and not printed either");
  EXPECT_EQ(refusal(schema, "lock = 1"), "lock: it belongs to the kernel and cannot be read");
  EXPECT_EQ(refusal(schema, "list[2] = 1"),
            "list[2]: the array has 2 elements, so the last is [1]");
  EXPECT_EQ(refusal(schema, "list[x] = 1"), "list[x]: '[x]' is no index such as [0]");
  EXPECT_EQ(refusal(schema, "port[0] = 1"), "port[0]: there is no [0]: it is no array");
}

TEST(Expression, FindsVariablesWhoseNamesHaveDots) {
  const Layout variables =
      structure(8, {at(0, "count", structure(4, {at(0, "x", unsigned_int(4))})),
                    at(4, "count.1", unsigned_int(4), Role::variable)});
  EXPECT_TRUE(value_holds(variables, "count={x=3},count.1=5", "count.1 = 5 and count.x = 3"));
}

TEST(Expression, RefusesConstantsInTheNameOfTheField) {
  const Schema schema = values_of(flow());
  EXPECT_EQ(refusal(schema, "port = 70000"), "port: 70000 does not fit be16: 0 to 65535");
  EXPECT_EQ(refusal(schema, "value.src = 10.0.0"),
            "value.src: '10.0.0' is not an IPv4 address such as 192.0.2.7");
  EXPECT_EQ(refusal(schema, "port in [1,2,x]"), "port: 'x' is not a number: be16 takes 0 to 65535");
  EXPECT_EQ(refusal(schema, "src in 10.0.0.1/8"),
            "src: '10.0.0.1/8' is not a network address: bits are set after /8 | did you mean "
            "10.0.0.0/8 or 10.0.0.1/32?");
  EXPECT_EQ(refusal(schema, "port in 1"),
            "port: in takes a list here, as the field is no address | such as port in [A,B,C]");
  EXPECT_EQ(refusal(schema, "proto = tpc"),
            "proto: 'tpc' is not an IP protocol by name or number | did you mean 'tcp'?");
  EXPECT_EQ(refusal(values_of(action()), "value = dorp"),
            "value: 'dorp' is none of drop, pass | did you mean 'drop'?");
}

TEST(Expression, RefusesAnOrderWhereThereIsNone) {
  const Schema schema = values_of(flow());
  EXPECT_EQ(refusal(schema, "list < [1,2]"),
            "list: arrays are only compared with = and != | ask for an element: list[0]");
  EXPECT_EQ(refusal(schema, "list[0] >= {x=1}"),
            "list[0]: structs are only compared with = and != | ask for a field: list[0].x, "
            "list[0].y");
  EXPECT_EQ(refusal(keys_of(cidr4()), "key > 10.0.0.0/8"),
            "key: keys of LPM tries are only compared with = and != | ask what lies in one: in "
            "10.0.0.0/8");
  EXPECT_EQ(refusal(schema, "port"),
            "port: it is no bool but be16, so it has to be compared | such as port = …");
}

TEST(Expression, SaysWhereItCannotBeRead) {
  const Schema schema = values_of(flow());
  const auto reason = [&](const std::string& text) {
    std::string message = refusal(schema, text);
    const std::string start = "cannot read the expression '" + text + "': ";
    const std::string end = " | such as: packets > 100 and action = drop";
    if (!message.starts_with(start) || !message.ends_with(end)) return message;
    return message.substr(start.size(), message.size() - start.size() - end.size());
  };
  EXPECT_EQ(reason(""), "a field is missing at the end");
  EXPECT_EQ(reason("port = 1 and"), "a field is missing at the end");
  EXPECT_EQ(reason("= 1"), "a field is missing before '= 1'");
  EXPECT_EQ(reason("port ="), "a constant is missing at the end");
  EXPECT_EQ(reason("port = and a = 1"), "a constant is missing before 'and a = 1'");
  EXPECT_EQ(reason("port is 1"), "one of =, !=, <, <=, >, >=, in, ~ is missing before 'is 1'");
  EXPECT_EQ(reason("(port = 1"), "a ')' is missing at the end");
  EXPECT_EQ(reason("port = 1) or a = 1"), "') or a = 1' is left over");
  EXPECT_EQ(reason("port in [1,2"), "a ']' is missing at the end");
  EXPECT_EQ(reason("port in []"), "a constant is missing before ']'");
  EXPECT_EQ(reason("port = 'x"), "the quote in 'x is not closed");
  EXPECT_NE(reason(std::string(100000, '(')).find("nested too deeply"), std::string::npos);
}

// Sorting

/// The values sorted by `field`.
std::string sorted(const Layout& layout, std::vector<std::string> texts, std::string_view field) {
  const Schema schema = values_of(layout);
  const FieldOrder order(schema, field);
  const Bytes key = encode(schema.key, "1");
  std::ranges::stable_sort(texts, [&](const std::string& a, const std::string& b) {
    return order.compare({key, encode(layout, a)}, {key, encode(layout, b)}) < 0;
  });
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
  return all;
}

TEST(FieldOrder, IsThatOfTheMeaning) {
  EXPECT_EQ(sorted(signed_int(4), {"5", "-1", "0"}, "value"), "-1 0 5");
  EXPECT_EQ(sorted(of(Kind::big_endian, 2), {"256", "1", "2"}, "value"), "1 2 256");
  EXPECT_EQ(sorted(of(Kind::text, 4), {"b", "ab", "a"}, "value"), "a ab b");
  EXPECT_EQ(sorted(of(Kind::ipv4, 4), {"10.0.1.0", "10.0.0.2"}, "value"), "10.0.0.2 10.0.1.0");
  EXPECT_EQ(sorted(flags(), {"low=1,delta=2,level=low", "low=2,delta=-2,level=low"}, "delta"),
            "low=2,delta=-2,level=low low=1,delta=2,level=low");
}

TEST(FieldOrder, PutsTheLargestFirstAfterADash) {
  EXPECT_EQ(sorted(unsigned_int(4), {"5", "200", "7"}, "-value"), "200 7 5");
  EXPECT_EQ(sorted(of(Kind::text, 4), {"b", "ab", "a"}, "-value"), "b ab a");
}

TEST(FieldOrder, LeavesEqualsAsTheyAre) {
  const Layout layout = structure(2, {at(0, "a", unsigned_int(1)), at(1, "b", unsigned_int(1))});
  for (const char* field : {"a", "-a"})
    EXPECT_EQ(sorted(layout, {"a=1,b=3", "a=1,b=1", "a=1,b=2"}, field), "a=1,b=3 a=1,b=1 a=1,b=2");
}

TEST(FieldOrder, PutsWhatIsNoNumberLast) {
  EXPECT_EQ(sorted(of(Kind::floating, 8), {"nan", "1", "nan", "-2"}, "value"), "-2 1 nan nan");
  EXPECT_EQ(sorted(of(Kind::floating, 8), {"nan", "1", "nan", "-2"}, "-value"), "1 -2 nan nan");
}

TEST(FieldOrder, OfPrefixesIsByAddressAndThenByLength) {
  const Layout key = cidr4();
  const FieldOrder order(keys_of(key), "key");
  const auto before = [&](const char* a, const char* b) {
    return order.compare({encode(key, a), {}}, {encode(key, b), {}}) < 0;
  };
  EXPECT_TRUE(before("9.0.0.0/8", "10.0.0.0/8"));
  EXPECT_TRUE(before("10.0.0.0/8", "10.0.0.0/16"));
  EXPECT_FALSE(before("10.1.0.0/16", "10.0.0.0/24"));
}

TEST(FieldOrder, IsRefusedWhereThereIsNone) {
  const auto refused = [](const Schema& schema, const char* field) -> std::string {
    try {
      const FieldOrder order(schema, field);
    } catch (const BadInput& error) {
      return error.what();
    }
    return "taken";
  };
  EXPECT_EQ(refused(values_of(flow()), "-list"), "list: arrays have no order");
  EXPECT_EQ(refused(values_of(flow()), "value"), "value: structs have no order");
  EXPECT_EQ(refused(values_of(unsigned_int(4)), "x"),
            "there is no field 'x'; fields are key, value");
  Schema schema = values_of(unsigned_int(8));
  schema.per_cpu = true;
  EXPECT_EQ(refused(schema, "key"), "taken");
  EXPECT_EQ(refused(schema, "value"),
            "value: each CPU has a value of its own, and none of them is the entry's");
}

}  // namespace
}  // namespace mapctl::test
