#include "mapctl/text/codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "mapctl/text/text_writer.hpp"
#include "mapctl/text/type_text.hpp"
#include "support/layouts.hpp"
#include "text/codec/end.hpp"
#include "text/literal/bits.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl::test {
namespace {

using namespace layouts;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Codec, ReadsIntegersInEveryBase) {
  EXPECT_EQ(encode(unsigned_int(2), "42"), bytes({42, 0}));
  EXPECT_EQ(encode(unsigned_int(2), "0x2A"), bytes({42, 0}));
  EXPECT_EQ(encode(unsigned_int(1), "0b101"), bytes({5}));
  EXPECT_EQ(encode(signed_int(2), "-1"), bytes({0xff, 0xff}));
  EXPECT_EQ(encode(unsigned_int(1), " 7\n"), bytes({7}));
  EXPECT_EQ(encode(unsigned_int(1), "\"0x10\""), bytes({16}));
}

TEST(Codec, KeepsWhatATextLeavesOutIfToldTo) {
  const Layout layout = parse_type("{mode:enum{A=1,B=2},in:{x:u8,t:char[2]},bits:u8:3,more:u8:5}");
  Bytes value = encode(layout, "mode=b,in={x=1,t=ab},bits=5,more=9");
  encode(layout, "in={t=c},more=2", value, LeftOut::kept);
  EXPECT_EQ(text_of(layout, value), "mode=b,in={x=1,t=c},bits=5,more=2");
  encode(layout, "{}", value, LeftOut::kept);
  EXPECT_EQ(text_of(layout, value), "mode=b,in={x=1,t=c},bits=5,more=2");
}

TEST(Codec, RefusesAnIntegerOutOfRange) {
  EXPECT_EQ(refusal_of(unsigned_int(1), "300"), "300 does not fit u8: 0 to 255");
  EXPECT_EQ(refusal_of(unsigned_int(1), "256"), "256 does not fit u8: 0 to 255");
  EXPECT_EQ(refusal_of(unsigned_int(1), "-1"), "-1 does not fit u8: 0 to 255");
  EXPECT_EQ(refusal_of(signed_int(1), "128"), "128 does not fit s8: -128 to 127");
  EXPECT_EQ(refusal_of(signed_int(1), "-129"), "-129 does not fit s8: -128 to 127");
  EXPECT_EQ(refusal_of(of(Kind::big_endian, 2), "70000"), "70000 does not fit be16: 0 to 65535");
  EXPECT_THAT(refusal_of(unsigned_int(8), "18446744073709551616"),
              HasSubstr("0 to 18446744073709551615"));
}

TEST(Codec, ReachesBothEndsOf128Bits) {
  const std::string most = "340282366920938463463374607431768211455";
  const std::string least = "-170141183460469231731687303715884105728";
  EXPECT_EQ(again(unsigned_int(16), most), most);
  EXPECT_EQ(again(signed_int(16), least), least);
  EXPECT_THAT(refusal_of(unsigned_int(16), most + "0"), HasSubstr("does not fit u128"));
  EXPECT_THAT(refusal_of(signed_int(16), "170141183460469231731687303715884105728"),
              HasSubstr("does not fit s128"));
}

TEST(Codec, RepeatsOnlyTheBeginningOfALongText) {
  const std::string digits(100000, '7');
  EXPECT_EQ(refusal_of(unsigned_int(1), digits),
            digits.substr(0, 60) + "… does not fit u8: 0 to 255");
  for (const Layout& layout : {of(Kind::floating, 4), of(Kind::ipv4, 4), action(), rule_value(),
                               rule_key(), cidr4(), array_of(unsigned_int(1), 2)}) {
    EXPECT_LT(refusal_of(layout, digits).size(), 300U);
    EXPECT_LT(refusal_of(layout, "10.0.0.0/" + digits).size(), 300U);
  }
}

TEST(Codec, RefusesWhatOnlyBeginsLikeANumber) {
  for (const char* text :
       {"", "-", "0x", "1_000", "+5", "1.0", "1e3", "42 43", "-0x1", "true", "4a"}) {
    EXPECT_THAT(refusal_of(unsigned_int(4), text), HasSubstr("is not a number")) << text;
  }
}

TEST(Codec, StoresNetworkOrderMostSignificantByteFirst) {
  EXPECT_EQ(encode(of(Kind::big_endian, 2), "443"), bytes({1, 0xbb}));
  EXPECT_EQ(text_of(of(Kind::big_endian, 4), bytes({0, 0, 1, 0xbb})), "443");
}

TEST(Codec, ReadsEnumeratorsByShortNameFullNameAndNumber) {
  for (const char* text : {"drop", "DROP", "FILTER_DROP", "filter_drop", "1", "\"drop\""}) {
    EXPECT_EQ(again(action(), text), "drop") << text;
  }
  EXPECT_EQ(again(action(), "77"), "77");
  EXPECT_EQ(again(level(), "low"), "low");
  EXPECT_EQ(again(level(1), "-2"), "-2");
}

TEST(Codec, SuggestsTheEnumeratorThatWasMeant) {
  EXPECT_EQ(refusal_of(action(), "drpo"), "'drpo' is none of drop, pass | did you mean 'drop'?");
}

TEST(Codec, PrintsFullNamesWhereShortNamesWouldMislead) {
  Layout version = of(Kind::enumeration, 1);
  version.enumerators = {{"IPV_6", "6", 4}, {"IPV_X", "x", 1}, {"IPV_x", "X", 2}};
  EXPECT_EQ(again(version, "4"), "IPV_6");
  EXPECT_EQ(again(version, "1"), "x");
  EXPECT_EQ(again(version, "2"), "X");
  EXPECT_EQ(refusal_of(version, "y"), "'y' is none of IPV_6, x, X");
}

/// A time that grows with the square of the number would take minutes.
TEST(Codec, NamesTheEnumeratorsOfALargeEnumInNoTime) {
  Layout large = of(Kind::enumeration, 4);
  for (std::uint64_t i = 0; i < 60000; ++i) {
    const std::string name = "n" + std::to_string(i);
    large.enumerators.push_back({"X_" + name, name, i});
  }
  EXPECT_THAT(refusal_of(large, "nothing"), HasSubstr("n23 and 59976 more"));
}

TEST(Codec, ExplainsNothingThatNobodyReads) {
  const Unexplained silence;
  EXPECT_EQ(refusal_of(action(), "drpo"), "");
  EXPECT_EQ(refusal_of(of(Kind::boolean, 1), "yes"), "");
}

TEST(Codec, KeepsAnOddBooleanAsItsNumber) {
  EXPECT_EQ(text_of(of(Kind::boolean, 1), bytes({1})), "true");
  EXPECT_EQ(again(of(Kind::boolean, 1), "7"), "7");
  EXPECT_EQ(refusal_of(of(Kind::boolean, 1), "yes"),
            "'yes' is neither true nor false, nor a number that fits, of which each but 0 is true");
}

TEST(Codec, WritesFloatsInTheFewestDigitsThatReadBack) {
  EXPECT_EQ(again(of(Kind::floating, 8), "0.1"), "0.1");
  EXPECT_EQ(again(of(Kind::floating, 4), "-inf"), "-inf");
  EXPECT_EQ(again(of(Kind::floating, 4), "nan"), "nan");
  EXPECT_EQ(text_of(of(Kind::floating, 4), bytes({1, 0, 0xc0, 0x7f})), "hex:0100c07f");
  EXPECT_THAT(refusal_of(of(Kind::floating, 4), "1e40"), HasSubstr("does not fit"));
  EXPECT_THAT(refusal_of(of(Kind::floating, 8), "1.5x"), HasSubstr("is not a number"));
}

TEST(Codec, ReadsAddressesStrictly) {
  EXPECT_EQ(encode(of(Kind::ipv4, 4), "192.0.2.7"), bytes({192, 0, 2, 7}));
  EXPECT_EQ(again(of(Kind::ipv6, 16), "2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(again(of(Kind::ipv6, 16), "::ffff:10.0.0.1"), "::ffff:10.0.0.1");
  EXPECT_EQ(again(of(Kind::ipv6, 16), "1:0:0:2:0:0:0:0"), "1:0:0:2::");
  EXPECT_EQ(again(of(Kind::mac, 6), "02:00:00:AA:bb:cc"), "02:00:00:aa:bb:cc");
  for (const char* text : {"10.1", "010.0.0.1", "10.0.0.256", "::1", "10.0.0.1/8"}) {
    EXPECT_THAT(refusal_of(of(Kind::ipv4, 4), text), HasSubstr("is not an IPv4 address")) << text;
  }
  EXPECT_THAT(refusal_of(of(Kind::mac, 6), "2:0:0:a:b:c"), HasSubstr("is not a MAC address"));
}

TEST(Codec, HoldsAddressesOfBothFamilies) {
  const Layout ip = of(Kind::ip, 16);
  EXPECT_EQ(encode(ip, "10.0.0.1"), encode(of(Kind::ipv6, 16), "::ffff:10.0.0.1"));
  for (const char* text : {"10.0.0.1", "2001:db8::1", "::", "0.0.0.0"})
    EXPECT_EQ(again(ip, text), text);
  EXPECT_EQ(again(ip, "::ffff:10.0.0.1"), "10.0.0.1");
  EXPECT_THAT(refusal_of(ip, "10.1"), HasSubstr("is neither"));
}

TEST(Codec, KeepsTextAndQuotesWhatNeedsIt) {
  const Layout name = of(Kind::text, 8);
  EXPECT_EQ(again(name, "eth0"), "eth0");
  EXPECT_EQ(again(name, "\"a, b\""), "\"a, b\"");
  EXPECT_EQ(again(name, "\"\\u00fc\\n\""), "\"\xc3\xbc\\n\"");
  EXPECT_EQ(again(name, "12345678"), "12345678");
  EXPECT_EQ(again(name, ""), "\"\"");
  EXPECT_EQ(again(name, "\"null\""), "\"null\"");
  EXPECT_EQ(refusal_of(name, "123456789"), "'123456789' has 9 bytes, there is room for 8");
}

TEST(Codec, TakesTextInQuotesForText) {
  const Layout name = of(Kind::text, 8);
  EXPECT_EQ(encode(name, "\"hex:61\""), bytes({'h', 'e', 'x', ':', '6', '1', 0, 0}));
  EXPECT_EQ(encode(name, "\"hex:6100000000000000\""), encode(name, "a"));
  EXPECT_EQ(refusal_of(name, "hex:61"), "'hex:61' has 1 byte, 8 are needed");
}

TEST(Codec, TakesNullForTextOnlyWhereItIsNoJson) {
  const Layout name = of(Kind::text, 8);
  EXPECT_EQ(again(name, "null"), "\"null\"");
  const Layout value = structure(8, {at(0, "name", name)});
  EXPECT_EQ(refusal_of(value, R"({"name":null})"),
            "name: null is not a value; the text is \"null\"");
}

TEST(Codec, WritesTextUpToItsNulExceptInKeysAndUnions) {
  const Layout name = of(Kind::text, 4);
  const Bytes reused = bytes({'a', 0, 'b', 0});
  EXPECT_EQ(text_of(name, reused), "a");
  EXPECT_EQ(text_of(structure(4, {at(0, "comm", name)}), reused), "comm=a");
  EXPECT_EQ(key_text_of(name, reused), "hex:61006200");
  EXPECT_EQ(text_of(union_of(4, {at(0, "comm", name)}), reused), "comm=hex:61006200");
  std::string exact;
  TextWriter writer{exact};
  decode(array_of(name, 1), reused, writer, Texts::exact);
  EXPECT_EQ(exact, "[hex:61006200]");
}

TEST(Codec, WritesTextThatIsNoTextAsHex) {
  const Layout name = of(Kind::text, 4);
  EXPECT_EQ(text_of(name, bytes({0xc0, 0x80, 0, 0})), "hex:c0800000");
  EXPECT_EQ(text_of(name, bytes({'h', 'e', 'x', ':'})), "hex:6865783a");
  EXPECT_EQ(encode(name, "hex:6865783a"), bytes({'h', 'e', 'x', ':'}));
}

TEST(Codec, ReadsBytesInEveryHexForm) {
  for (const char* text : {"hex:0a000001", "hex:0a 00 00 01", "hex:0A:00:00:01", "0a:00:00:01",
                           "[10,0,0,1]", "[\"0x0a\",0,0,1]"}) {
    EXPECT_EQ(encode(of(Kind::bytes, 4), text), bytes({10, 0, 0, 1})) << text;
  }
  EXPECT_EQ(refusal_of(of(Kind::bytes, 4), "hex:0a00"), "'hex:0a00' has 2 bytes, 4 are needed");
  EXPECT_THAT(refusal_of(of(Kind::bytes, 4), "hex:0a0"), HasSubstr("pairs of hex digits"));
  EXPECT_EQ(refusal_of(of(Kind::bytes, 2), "[1,300]"), "[1]: 300 does not fit u8: 0 to 255");
}

TEST(Codec, TakesHexForAnyLayout) {
  EXPECT_EQ(encode(unsigned_int(2), "hex:01 02"), bytes({1, 2}));
  EXPECT_EQ(again(rule_value(), "hex:02000000000001bb0500000000000000"),
            "action=pass,port=443,packets=5");
  EXPECT_THAT(refusal_of(rule_value(), "hex:02"), HasSubstr("16 are needed"));
}

TEST(Codec, TakesUntypedLiteralsWhoseSizeFits) {
  EXPECT_EQ(encode(of(Kind::untyped, 4), "10.0.0.1"), bytes({10, 0, 0, 1}));
  EXPECT_EQ(encode(of(Kind::untyped, 4), "-1"), bytes({255, 255, 255, 255}));
  EXPECT_EQ(encode(of(Kind::untyped, 6), "02:00:00:aa:bb:cc"), bytes({2, 0, 0, 0xaa, 0xbb, 0xcc}));
  EXPECT_EQ(encode(of(Kind::untyped, 16), "::1").back(), std::byte{1});
  EXPECT_EQ(text_of(of(Kind::untyped, 2), bytes({1, 2})), "513");
  EXPECT_EQ(text_of(of(Kind::untyped, 3), bytes({1, 2, 3})), "hex:010203");
  EXPECT_THAT(refusal_of(of(Kind::untyped, 4), "::1"),
              HasSubstr("an integer, an IPv4 address, hex:… of 4 bytes"));
  EXPECT_THAT(refusal_of(of(Kind::untyped, 1), "300"), HasSubstr("does not fit 1 byte"));
}

TEST(Codec, ReadsStructsInPlainFormAndInJson) {
  const Layout outer = structure(8, {at(0, "a", structure(4, {at(0, "x", unsigned_int(1))})),
                                     at(4, "b", array_of(unsigned_int(1), 2))});
  for (const char* text :
       {"a={x=1},b=[2,3]", R"({"a":{"x":1},"b":[2,3]})",
        " { \"b\" : [ 2 , \"3\" ] , \"a\" : { \"x\" : \"0x1\" } } ", R"("a={x=1},b=[2,3]")"}) {
    EXPECT_EQ(again(outer, text), "a={x=1},b=[2,3]") << text;
  }
}

TEST(Codec, TakesTheEnumThatAStructBeginsWithWithoutItsName) {
  EXPECT_EQ(again(rule_value(), "drop"), "action=drop,port=0,packets=0");
  EXPECT_EQ(again(rule_value(), "pass,port=22"), "action=pass,port=22,packets=0");
  EXPECT_EQ(again(rule_value(), "\"drop\""), "action=drop,port=0,packets=0");
  EXPECT_THAT(refusal_of(rule_value(), "dorp"), HasSubstr("did you mean 'drop'?"));
  EXPECT_THAT(refusal_of(rule_value(), "drop,action=pass"), HasSubstr("given twice"));
}

TEST(Codec, SetsFieldsThatAreLeftOutToZeroButKeepsCounters) {
  Bytes value = encode(rule_value(), "action=drop,port=22,packets=7");
  encode(rule_value(), "action=pass", value);
  EXPECT_EQ(text_of(rule_value(), value), "action=pass,port=0,packets=7");
  encode(rule_value(), R"({"action":"drop","packets":1})", value);
  EXPECT_EQ(text_of(rule_value(), value), "action=drop,port=0,packets=1");
}

TEST(Codec, AsksForAnEnumThatIsLeftOutAndHasNoZero) {
  const std::string asks = "say which action: action=drop or action=pass";
  for (const char* text : {"port=7", R"({"port":7})", "{}"})
    EXPECT_EQ(refusal_of(rule_value(), text), asks) << text;
  Bytes old = encode(rule_value(), "drop");
  EXPECT_THROW(encode(rule_value(), "packets=1", old), BadInput);
  EXPECT_EQ(again(rule_value(), "action=0"), "action=0,port=0,packets=0");
}

TEST(Codec, AsksForAnEnumAtAnyDepthButNotInUnionsAndArraysThatAreLeftOut) {
  const Layout rule = structure(4, {at(0, "action", action(1)), at(1, "n", unsigned_int(1))});
  const Layout named = structure(8, {at(0, "id", unsigned_int(4)), at(4, "rule", rule)});
  const Layout unnamed = structure(8, {at(0, "id", unsigned_int(4)), at(4, "", rule)});
  const Layout arm =
      structure(8, {at(0, "id", unsigned_int(4)),
                    at(4, "", union_of(4, {at(0, "", rule), at(0, "whole", unsigned_int(4))}))});
  const Layout list =
      structure(8, {at(0, "id", unsigned_int(4)), at(4, "rules", array_of(rule, 1))});
  EXPECT_THAT(refusal_of(named, "id=1"), StartsWith("rule: say which action"));
  EXPECT_THAT(refusal_of(unnamed, "id=1,n=2"), StartsWith("say which action"));
  EXPECT_THAT(refusal_of(arm, "n=2"), StartsWith("say which action"));
  EXPECT_THAT(refusal_of(list, "rules=[{}]"), StartsWith("rules[0]: say which action"));
  EXPECT_EQ(again(arm, "id=1"), "id=1,action=0,n=0");
  EXPECT_EQ(again(list, "id=1"), "id=1,rules=[{action=0,n=0}]");
}

TEST(Codec, KeepsCountersInsideArraysAndVariablesAsAWhole) {
  const Layout pair = structure(
      4, {at(0, "hits", unsigned_int(2), Role::counter), at(2, "limit", unsigned_int(2))});
  const Layout section = structure(
      12, {at(0, "rules", array_of(pair, 2)), at(8, "level", unsigned_int(4), Role::variable)});
  Bytes value = encode(section, "rules=[{hits=1,limit=2},{hits=3,limit=4}],level=5");
  encode(section, "rules=[{},{limit=9}]", value);
  EXPECT_EQ(text_of(section, value), "rules=[{hits=1,limit=0},{hits=3,limit=9}],level=5");
}

TEST(Codec, ReplacesANamedVariableAsAWhole) {
  const Layout limits =
      structure(4, {at(0, "low", unsigned_int(2)), at(2, "high", unsigned_int(2))});
  const Layout section = structure(4, {at(0, "limits", limits, Role::variable)});
  Bytes value = encode(section, "limits={low=1,high=2}");
  encode(section, "limits={low=3}", value);
  EXPECT_EQ(text_of(section, value), "limits={low=3,high=0}");
}

TEST(Codec, NamesTheMemberInARefusal) {
  const Layout outer =
      structure(8, {at(0, "a", array_of(rule_value(), 0)),
                    at(0, "b", array_of(structure(4, {at(0, "port", unsigned_int(2))}), 2))});
  EXPECT_EQ(refusal_of(outer, "b=[{port=1},{port=70000}]"),
            "b[1].port: 70000 does not fit u16: 0 to 65535");
  EXPECT_EQ(refusal_of(rule_value(), "action=drop,port=-1"),
            "port: -1 does not fit be16: 0 to 65535");
}

TEST(Codec, RefusesFieldsThatAreUnknownDoubledHiddenOrNull) {
  EXPECT_EQ(refusal_of(rule_value(), "acton=drop"),
            "there is no field 'acton'; fields are action, port, packets | did you mean 'action'?");
  EXPECT_EQ(refusal_of(rule_value(), "port=1,port=2"), "port: it is given twice");
  EXPECT_THAT(refusal_of(rule_value(), "rank=1"), HasSubstr("cannot be set"));
  EXPECT_THAT(refusal_of(rule_value(), R"({"port":null})"),
              StartsWith("port: null is not a value"));
  for (const char* text : {"", "443"}) {
    EXPECT_THAT(refusal_of(rule_value(), text),
                HasSubstr("is not of the form name=value; fields are action, port, packets"))
        << text;
  }
}

TEST(Codec, ShowsHowToWriteAFieldWithoutItsNameOrItsQuotes) {
  const Layout value = structure(2, {at(0, "a", unsigned_int(1)), at(1, "b", unsigned_int(1))});
  EXPECT_EQ(refusal_of(value, "a=1,"), "a name=value is missing at the end; fields are a, b");
  EXPECT_THAT(refusal_of(value, ",a=1"), StartsWith("a name=value is missing before ',a=1'"));
  EXPECT_THAT(refusal_of(value, "{a=1,}"), StartsWith("a name=value is missing before '}'"));
  for (const char* text : {"{'a':1}", "{a:1}", "a:1"})
    EXPECT_THAT(refusal_of(value, text),
                HasSubstr("write a=…, or as JSON in double quotes: {\"a\":…}"));
}

TEST(Codec, RefusesTextThatIsLeftOverOrNotClosed) {
  EXPECT_THAT(refusal_of(rule_value(), "{action=drop} x"), HasSubstr("left over"));
  EXPECT_THAT(refusal_of(rule_value(), "action=drop}"), HasSubstr("left over"));
  EXPECT_THAT(refusal_of(rule_value(), "{action=drop"), HasSubstr("a '}' is missing at the end"));
  EXPECT_THAT(refusal_of(unsigned_int(4), "\"42\" 1"), HasSubstr("left over"));
  EXPECT_THAT(refusal_of(of(Kind::text, 4), "\"ab"), HasSubstr("not closed"));
  EXPECT_THAT(refusal_of(array_of(unsigned_int(1), 2), "[1,2"), HasSubstr("']' is missing"));
}

TEST(Codec, WantsExactlyAsManyElementsAsTheArrayHas) {
  const Layout three = array_of(unsigned_int(1), 3);
  EXPECT_EQ(refusal_of(three, "[1,2]"), "the array takes 3 elements, not 2");
  EXPECT_EQ(refusal_of(array_of(three, 1), "[[],[]]"), "the array takes 1 element, not 2");
  EXPECT_EQ(again(three, "[1,2,3]"), "[1,2,3]");
  EXPECT_EQ(again(array_of(unsigned_int(1), 0), "[]"), "[]");
}

TEST(Codec, RangeChecksBitfieldsOfBothSigns) {
  Layout flags =
      structure(4, {bits(0, 3, "mode", unsigned_int(4)), bits(3, 5, "step", signed_int(4)),
                    bits(14, 4, "level", level()), bits(18, 1, "on", of(Kind::boolean, 1))});
  EXPECT_EQ(again(flags, "mode=7,step=-16,level=low,on=true"), "mode=7,step=-16,level=low,on=true");
  EXPECT_EQ(refusal_of(flags, "mode=8"), "mode: 8 does not fit a field of 3 bits: 0 to 7");
  EXPECT_EQ(refusal_of(flags, "step=16"), "step: 16 does not fit a field of 5 bits: -16 to 15");
}

TEST(Codec, TakesOneArmOfAUnionAndPrintsTheOneThatShowsEveryByte) {
  const Layout both =
      union_of(4, {at(0, "small", unsigned_int(1)), at(0, "large", unsigned_int(4))});
  EXPECT_EQ(again(both, "small=5"), "large=5");
  EXPECT_EQ(refusal_of(both, "small=1,large=2"),
            "only one of small, large can be given: they share bytes");
}

TEST(Codec, ReadsMembersOfAnonymousStructsAsTheParents) {
  const Layout pair = structure(4, {at(0, "low", unsigned_int(2)), at(2, "high", unsigned_int(2))});
  const Layout outer =
      structure(8, {at(0, "id", unsigned_int(4)),
                    at(4, "", union_of(4, {at(0, "", pair), at(0, "whole", unsigned_int(4))}))});
  EXPECT_EQ(again(outer, "id=1,whole=0x20001"), "id=1,low=1,high=2");
  EXPECT_THAT(refusal_of(outer, "low=1,whole=2"), HasSubstr("only one of low, high, whole"));
}

TEST(Codec, WritesAStructAsHexWhereNoArmShowsItsBytes) {
  const Layout gap = structure(4, {at(0, "a", unsigned_int(1)), at(2, "b", unsigned_int(2))});
  const Layout outer =
      structure(4, {at(0, "", union_of(4, {at(0, "", gap), at(0, "c", unsigned_int(1))}))});
  EXPECT_EQ(text_of(outer, bytes({1, 0, 2, 0})), "a=1,b=2");
  EXPECT_EQ(text_of(outer, bytes({1, 9, 2, 0})), "hex:01090200");
}

TEST(Codec, SeesPaddingInKeysAtEveryDepth) {
  const Layout hole = structure(4, {bits(0, 3, "x", unsigned_int(1)),
                                    bits(4, 4, "y", unsigned_int(1)), at(2, "z", unsigned_int(1))});
  const Layout key = structure(10, {at(0, "s", hole), at(4, "l", array_of(hole, 1))});
  for (const std::size_t padding : {1U, 3U, 5U, 7U, 8U, 9U}) {
    Bytes bytes = encode(key, "s={x=7,y=15,z=255},l=[{x=7,y=15,z=255}]");
    EXPECT_THAT(key_text_of(key, bytes), StartsWith("s={"));
    bytes[padding] = std::byte{1};
    EXPECT_THAT(key_text_of(key, bytes), StartsWith("hex:")) << padding;
  }
  EXPECT_THAT(key_text_of(key, bytes({8, 0, 0, 0, 0, 0, 0, 0, 0, 0})), StartsWith("hex:"));
}

TEST(Codec, ShowsPaddingInKeysOnly) {
  const Layout key = structure(4, {at(0, "a", unsigned_int(1)), at(2, "b", unsigned_int(2))});
  EXPECT_EQ(key_text_of(key, bytes({1, 0, 2, 0})), "a=1,b=2");
  EXPECT_EQ(key_text_of(key, bytes({1, 9, 2, 0})), "hex:01090200");
  EXPECT_EQ(text_of(key, bytes({1, 9, 2, 0})), "a=1,b=2");
}

TEST(Codec, LeavesWhatIsTheKernelsAlone) {
  const Layout value =
      structure(8, {at(0, "lock", of(Kind::reserved, 4)), at(4, "n", unsigned_int(4))});
  EXPECT_EQ(text_of(value, bytes({1, 2, 3, 4, 5, 0, 0, 0})), "n=5");
  EXPECT_THAT(refusal_of(value, "lock=1"), HasSubstr("belongs to the kernel"));
}

TEST(Codec, WritesProtocolsByName) {
  const Layout value = structure(2, {at(0, "proto", unsigned_int(1), Role::ip_proto)});
  EXPECT_EQ(again(value, "proto=TCP"), "proto=tcp");
  EXPECT_EQ(again(value, "proto=99"), "proto=99");
  EXPECT_THAT(refusal_of(value, "proto=tpc"), HasSubstr("did you mean 'tcp'?"));
}

Layout ban(std::uint32_t size) {
  return structure(2 * size, {at(0, "why", unsigned_int(size)),
                              at(size, "expires", unsigned_int(size), Role::end)});
}

TEST(Codec, WritesEndsAsPointsInTime) {
  for (const std::uint32_t size : {4U, 8U}) {
    EXPECT_EQ(again(ban(size), "why=1,expires=2090-12-01T08:00Z"),
              "why=1,expires=2090-12-01T08:00:00Z");
    EXPECT_EQ(again(ban(size), R"({"why":1,"expires":"2090-02-28T23:59:59Z"})"),
              "why=1,expires=2090-02-28T23:59:59Z");
    for (const char* text : {"why=1", "why=1,expires=0", "why=1,expires=never"})
      EXPECT_EQ(again(ban(size), text), "why=1") << "an entry that stays has no end";
  }
  EXPECT_EQ(again(ban(8), "expires=2090-12-01T08:00:00.5Z"),
            "why=0,expires=2090-12-01T08:00:00.500000000Z");
  EXPECT_EQ(again(ban(4), "expires=2090-12-01T08:00:00.5Z"), "why=0,expires=2090-12-01T08:00:01Z")
      << "nothing ends early";
  const Layout alone = structure(4, {at(0, "expires", unsigned_int(4), Role::end)});
  EXPECT_EQ(again(alone, "expires=never"), "expires=never");
}

TEST(Codec, KeepsAnEndBeforeTheMachineStartedAsPast) {
  const Bytes value = encode(ban(4), "expires=1999-12-31T23:59Z");
  EXPECT_EQ(load_host(ByteView{value}.subspan(4)), 1U);
  EXPECT_TRUE(End::of(ban(4)).value().is_past(value));
}

TEST(Codec, RefusesWhatIsNoPointInTime) {
  EXPECT_THAT(refusal_of(ban(4), "expires=1h"), HasSubstr("1h' is a duration"));
  for (const char* text : {"3600", "2090-13-01T08:00Z", "2090-02-29T08:00Z", "2090-01-01T24:00Z",
                           "2090-01-01", "2090-01-01T08:00ZZ", "2090-1-1T08:00Z", "tomorrow"})
    EXPECT_THAT(refusal_of(ban(4), "expires=" + std::string{text}),
                HasSubstr("such as 2026-12-01T08:00Z"))
        << text;
  EXPECT_THAT(refusal_of(ban(4), "expires=9999-01-01T00:00Z"), HasSubstr("too late"));
}

TEST(Codec, TakesLocalTimeWhereItIsOneMoment) {
  setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
  EXPECT_EQ(again(ban(4), "expires=2090-12-01T09:00"), "why=0,expires=2090-12-01T08:00:00Z");
  EXPECT_EQ(again(ban(4), "expires=2090-07-01T10:00"), "why=0,expires=2090-07-01T08:00:00Z");
  for (const char* text : {"2090-03-26T02:30", "2090-10-29T02:30"})
    EXPECT_THAT(refusal_of(ban(4), "expires=" + std::string{text}), HasSubstr("with a Z")) << text;
  unsetenv("TZ");
}

std::string per_cpu_again(const Layout& layout, std::string_view text) {
  const std::size_t stride = (layout.size + 7) / 8 * 8;
  Bytes slots(2 * stride);
  encode_per_cpu(layout, 2, text, slots);
  std::string again;
  TextWriter writer{again};
  decode_per_cpu(layout, {0, 1}, slots, writer);
  return again;
}

TEST(PerCpu, GivesOneValueToEveryCpuOrOneToEach) {
  EXPECT_EQ(per_cpu_again(unsigned_int(4), "7"), "[7,7]");
  EXPECT_EQ(per_cpu_again(unsigned_int(4), "[7,8]"), "[7,8]");
  EXPECT_EQ(per_cpu_again(rule_value(), "[{action=drop},{action=pass}]"),
            "[{action=drop,port=0,packets=0},{action=pass,port=0,packets=0}]");
  EXPECT_THROW(per_cpu_again(unsigned_int(4), "[7,8,9]"), BadInput);
}

TEST(PerCpu, TellsAListOfCpusFromAnArray) {
  const Layout pair = array_of(unsigned_int(1), 2);
  EXPECT_EQ(per_cpu_again(pair, "[1,2]"), "[[1,2],[1,2]]");
  EXPECT_EQ(per_cpu_again(pair, "[[1,2],[3,4]]"), "[[1,2],[3,4]]");
  EXPECT_EQ(per_cpu_again(array_of(pair, 1), "[[1,2]]"), "[[[1,2]],[[1,2]]]");
  EXPECT_EQ(per_cpu_again(of(Kind::bytes, 2), "[1,2]"), "[hex:0102,hex:0102]");
  EXPECT_EQ(per_cpu_again(of(Kind::bytes, 2), "[hex:0102,hex:0304]"), "[hex:0102,hex:0304]");
}

TEST(Codec, FindsEachOfManyMembersInAnyOrder) {
  constexpr unsigned count = 60000;
  std::string type = "{";
  std::string text = "{";
  for (unsigned i = 0; i < count; ++i) {
    type += "name_of_member_" + std::to_string(i) + ":u8,";
    const unsigned from_the_end = count - 1 - i;
    text += "name_of_member_" + std::to_string(from_the_end) + "=" +
            std::to_string(from_the_end % 251) + ",";
  }
  type.back() = text.back() = '}';
  const Layout layout = parse_type(type);
  const Bytes out = encode(layout, text);
  for (unsigned i = 0; i < count; ++i) ASSERT_EQ(out[i], static_cast<std::byte>(i % 251)) << i;
  text.back() = ',';
  EXPECT_EQ(refusal_of(layout, text + "name_of_member_7=1}"),
            "name_of_member_7: it is given twice");
}

}  // namespace
}  // namespace mapctl::test
