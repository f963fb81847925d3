#include "cli/watch/live_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/error.hpp"

namespace mapctl::cli::test {
namespace {

/// Rows `k0 0`, `k1 10`, …, of which the first has changed.
class Numbers final : public LiveTable {
 public:
  bool look() override { return false; }
  std::string title() const override { return "numbers"; }
  std::vector<std::string> columns() const override { return {"key", "value"}; }
  void check(const Selection& selection) const override {
    if (selection.sort == "-key") throw BadInput("keys have no order");
    if (!selection.where.empty() && selection.where[0] != "good") throw BadInput("no such field");
  }
  std::vector<LiveRow> rows(const LiveChoice& choice) override {
    std::vector<LiveRow> rows;
    for (std::size_t i = choice.first; i < size && rows.size() < choice.most; ++i) {
      rows.push_back({i == 0 ? Change::changed : Change::none,
                      {{"k" + std::to_string(i)}, {std::to_string(10 * i), true}}});
      if (i == 0) rows[0].cells[1].rate = 2;
    }
    return rows;
  }
  std::size_t count(const LiveChoice&) override { return size; }

  std::size_t size = 5;
};

class LiveViewTest : public testing::Test {
 protected:
  std::vector<std::string> lines(Screen::Size size = {30, 6}) {
    std::vector<std::string> texts;
    for (const ScreenLine& line : view.lines(size, "12:00:01")) {
      std::string& text = texts.emplace_back();
      for (const ScreenLine::Part& part : line.parts()) text += part.text;
      text.erase(text.find_last_not_of(' ') + 1);
    }
    return texts;
  }
  void type(std::string_view keys) {
    for (const char& key : keys) view.take({Key::text, {&key, 1}});
  }

  Numbers table;
  LiveView view{table, {}};
};

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(LiveViewTest, ShowsARowForEachLine) {
  EXPECT_THAT(lines(),
              ElementsAre("numbers               12:00:01", "  key  value", "~ k0       0 +2/s",
                          "  k1      10", "  k2      20", HasSubstr("q quit")));
}

TEST_F(LiveViewTest, ScrollsToTheEndAndNoFurther) {
  lines();
  for (int i = 0; i < 9; ++i) {
    view.take({Key::down});
    lines();
  }
  EXPECT_THAT(lines()[4], "  k4      40");
  view.take({Key::home});
  EXPECT_THAT(lines()[4], "  k2      20");
  view.take({Key::end});
  EXPECT_THAT(lines()[4], "  k4      40");
  table.size = 3;
  EXPECT_THAT(lines()[2], "~ k0       0 +2/s");
}

TEST_F(LiveViewTest, FitsEverySize) {
  for (std::size_t columns = 1; columns < 20; ++columns)
    for (std::size_t rows = 1; rows < 8; ++rows)
      EXPECT_LE(lines({columns, rows}).size(), std::max<std::size_t>(rows, 2));
}

TEST_F(LiveViewTest, SortsByTheColumnsThatHaveAnOrder) {
  type("s");
  EXPECT_THAT(lines()[5], HasSubstr("sorted by -value"));
  type("r");
  EXPECT_THAT(lines()[5], HasSubstr("sorted by value"));
  type("s");
  EXPECT_THAT(lines()[5], testing::StartsWith("? help"));
}

TEST_F(LiveViewTest, TakesAFilterOrSaysWhyNot) {
  type("/bat");
  view.take({Key::backspace});
  EXPECT_EQ(lines()[5], "filter: ba");
  view.take({Key::enter});
  EXPECT_EQ(lines()[5], "no such field");
  type("/good");
  view.take({Key::enter});
  EXPECT_THAT(lines()[5], HasSubstr("only good"));
  type("/q");
  view.take({Key::escape});
  EXPECT_FALSE(view.is_over());
  EXPECT_THAT(lines()[5], HasSubstr("only good"));
}

TEST_F(LiveViewTest, ScrollsByColumns) {
  lines();
  view.take({Key::right});
  EXPECT_EQ(lines()[1], "  key  value") << "the last column stays";
}

TEST_F(LiveViewTest, EndsWithQAndWithItsTerminal) {
  type("q");
  EXPECT_TRUE(view.is_over());
  LiveView other(table, {});
  other.take({Key::hang_up});
  EXPECT_TRUE(other.is_over());
}

TEST(RateText, IsShort) {
  EXPECT_EQ(rate_text(2), "+2/s");
  EXPECT_EQ(rate_text(0.25), "+0.2/s");
  EXPECT_EQ(rate_text(-1234), "-1234/s");
  EXPECT_EQ(rate_text(123'456), "+123k/s");
  EXPECT_EQ(rate_text(12'345'678), "+12.3M/s");
}

std::vector<Key> keys_of(std::string_view input) {
  std::vector<Key> keys;
  while (!input.empty()) keys.push_back(next_key(input, true).key);
  return keys;
}

TEST(Keys, AreReadFromTheirSequences) {
  EXPECT_THAT(keys_of("q\x1b[A\x1bOB\x1b[6~\n\x7f\x1b"),
              ElementsAre(Key::text, Key::up, Key::down, Key::page_down, Key::enter, Key::backspace,
                          Key::escape));
  EXPECT_THAT(keys_of("\x1b[15~x"), ElementsAre(Key::none, Key::text))
      << "unknown ones are nothing";
}

TEST(Keys, OfWhichAPartIsMissingAreWaitedFor) {
  std::string_view input = "\x1b[";
  EXPECT_EQ(next_key(input, false).key, Key::none);
  EXPECT_EQ(input, "\x1b[");
}

TEST(Keys, HaveWholeCharacters) {
  std::string_view input = "äb";
  EXPECT_EQ(next_key(input, true).text, "ä");
  EXPECT_EQ(next_key(input, true).text, "b");
}

TEST(ScreenLine, CountsColumnsAndEscapesControls) {
  ScreenLine line;
  line.add("日本").fill_to(6).add("\x1b[2J");
  EXPECT_EQ(line.width(), 6U + 9U);
  EXPECT_EQ(line.parts()[2].text, "\\u001b[2J");
}

}  // namespace
}  // namespace mapctl::cli::test
