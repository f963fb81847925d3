#include "cli/input/json_scan.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mapctl::cli {
namespace {

constexpr const char* values[] = {R"({"a":[1,{"b":"]}"}],"c":"\\\""})",
                                  R"([])",
                                  R"("a\"b\\")",
                                  R"(-12.5)",
                                  R"([["x"],[]])",
                                  R"(null)"};

TEST(JsonEnd, IsTheSameWhereverTheTextIsCut) {
  for (const std::string value : values) {
    const std::string text = value + ", 7]";
    for (std::size_t cut = 0; cut <= value.size(); ++cut) {
      JsonEnd end;
      const auto early = end.find(text.substr(0, cut));
      EXPECT_EQ(early.value_or(value.size()), value.size());
      EXPECT_EQ(end.find(text), value.size()) << text << " cut at " << cut;
    }
  }
}

TEST(JsonEnd, IsUnknownWhereMoreMayFollow) {
  for (const char* text : {"", "12", "\"a", "\"a\\", "{\"a\":1", "[[]", "nul"})
    EXPECT_EQ(JsonEnd{}.find(text), std::nullopt) << text;
}

TEST(JsonScan, TakesANumberAtTheEndOfTheTextForWhole) {
  EXPECT_EQ(JsonScan(" 12").value(), "12");
  EXPECT_EQ(JsonScan("[1").value(), "");
  EXPECT_EQ(JsonScan(", 1").value(), "");
}

}  // namespace
}  // namespace mapctl::cli
