#include "map/error/printable.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/json_string.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace mapctl::test {
namespace {

std::string json_of(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(Text, KnowsUtf8) {
  for (const char* text :
       {"", "a", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(text)) << text;
}

TEST(Text, KnowsWhatIsNoUtf8) {
  const char* lone = "\x80";
  const char* cut = "\xe2\x82";
  const char* overlong[] = {"\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf"};
  const char* surrogate = "\xed\xa0\x80";
  const char* too_large[] = {"\xf4\x90\x80\x80", "\xf8\x88\x80\x80", "\xff"};
  for (const char* text : {lone, cut, overlong[0], overlong[1], overlong[2], overlong[3], surrogate,
                           too_large[0], too_large[1], too_large[2]})
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
}

TEST(Text, TellsTheCodeOfACharacter) {
  EXPECT_EQ(first_character("\xe2\x82\xacx").code, 0x20acU);
  EXPECT_EQ(first_character("\xe2\x82\xacx").bytes.size(), 3U);
  EXPECT_EQ(first_character("\xe2x").code, stray_byte);
  EXPECT_EQ(first_character("\xe2x").bytes.size(), 1U);
}

TEST(Text, IsCutBetweenCharactersForAMessage) {
  EXPECT_EQ(excerpt("a\x1b"), "a\\u001b");
  EXPECT_EQ(excerpt(std::string(60, 'a')), std::string(60, 'a'));
  EXPECT_EQ(excerpt(std::string(59, 'a') + "\xc3\xbc"), std::string(59, 'a') + "…");
}

TEST(Text, IsNotPrintableWhereItWouldMoveATerminal) {
  EXPECT_TRUE(is_printable("gr\xc3\xbc\xc3\x9f \xc2\xa0"));
  for (const char* text : {"\x1b[31m", "a\n", "\x7f", "\xc2\x9b\x33\x31m", "\xc2\x80", "\x9b"})
    EXPECT_FALSE(is_printable(text)) << testing::PrintToString(text);
}

TEST(Text, ShowsAnEscapeForEachThingThatCannotBeShown) {
  EXPECT_EQ(printable("a\x1b[31m\xc2\x9b\xff\xc3\xbc"), R"(a\u001b[31m\u009b\xff)"
                                                        "\xc3\xbc");
  EXPECT_EQ(printable("a\u202eb"), R"(a\u202eb)");
  EXPECT_EQ(printable("a\U000e0041"), R"(a\U000e0041)");
}

TEST(Text, IsNotPrintableWhereItShowsOtherThanItHolds) {
  for (const char* text :
       {"\u00ad", "\u061c", "\u200b", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a",
        "\u202e", "\u2060", "\u2066", "\u2069", "\ufeff", "\U000e0001", "\U000e007f"})
    EXPECT_FALSE(is_printable(text)) << printable(text);
  EXPECT_TRUE(is_printable("\u05d0\u0627\u4e2d\U0001f600"));
}

TEST(JsonString, EscapesWhatCannotBeSeen) {
  EXPECT_EQ(json_of("a\u202e\U000e0041"), R"("a\u202e\udb40\udc41")");
  EXPECT_EQ(nlohmann::json::parse(json_of("a\u202e\U000e0041")), "a\u202e\U000e0041");
}

TEST(JsonString, IsReadBackToTheSameText) {
  const std::string text = "a\"b\\c\n\t\r\x01\x7f\xc2\x9b\xe2\x82\xac";
  EXPECT_EQ(nlohmann::json::parse(json_of(text)), text);
}

TEST(JsonString, HasNoControlCharacterInIt) {
  EXPECT_EQ(json_of("\x1b\x7f\xc2\x9b"), R"("\u001b\u007f\u009b")");
}

TEST(ShellWord, IsQuotedOnlyIfItHasToBe) {
  EXPECT_EQ(shell_word("/sys/fs/bpf/m_1"), "/sys/fs/bpf/m_1");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("$(x)'"), R"('$(x)'\''')");
  EXPECT_EQ(shell_word("ä"), "'ä'");
  EXPECT_EQ(shell_word("a\x1b'\\\xff"), R"($'a\x1b\'\\\xff')");
}

TEST(NameOfText, GetsBackWhatTextOfNameWrote) {
  for (const char* name : {"m", "a\xff", R"(a\xff)", R"(\x5c)", "ä\\x\xc3", "\\"}) {
    EXPECT_EQ(name_of_text(text_of_name(name)), name);
    EXPECT_TRUE(is_utf8(text_of_name(name)));
  }
  EXPECT_EQ(text_of_name("a\xff"), R"(a\xff)");
  EXPECT_EQ(text_of_name(R"(a\xff)"), R"(a\x5cxff)");
}

TEST(JsonString, IsValidWhateverTheBytes) {
  EXPECT_EQ(json_of("a\xff\xe2\x82"), R"("a\\xff\\xe2\\x82")");
}

TEST(Text, IsAWholeNumberInTwoNotations) {
  EXPECT_EQ(whole_number("42"), 42U);
  EXPECT_EQ(whole_number("0x2A"), 42U);
  EXPECT_EQ(whole_number("4294967295"), 4294967295U);
  for (const char* text : {"", "0x", "4294967296", "-1", "+1", " 1", "1 ", "1.0", "0b1", "x2a"})
    EXPECT_EQ(whole_number(text), std::nullopt) << text;
}

}  // namespace
}  // namespace mapctl::test
