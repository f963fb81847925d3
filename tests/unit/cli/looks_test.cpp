#include "cli/entry/looks.hpp"

#include <map>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mapctl::cli::test {
namespace {

using Entries = std::map<std::uint32_t, std::uint64_t>;

template <typename Number>
std::string text(std::optional<ByteView> bytes) {
  Number number = 0;
  if (!bytes) return "-";
  std::memcpy(&number, bytes->data(), sizeof number);
  return std::to_string(number);
}

std::string line(const Looks::Entry& entry) {
  return fmt::format("{} {} {} {}", static_cast<int>(entry.change), text<std::uint32_t>(entry.key),
                     text<std::uint64_t>(entry.old), text<std::uint64_t>(entry.value));
}

class LooksTest : public testing::Test {
 protected:
  /// What a look at these entries tells, if it misses some that are there.
  std::vector<std::string> look(const Entries& entries, const Entries& missed = {}) {
    Bytes keys;
    Bytes values;
    for (const auto& [key, value] : entries) {
      append_bytes(keys, bytes_of(key));
      append_bytes(values, bytes_of(value));
    }
    std::vector<std::string> told;
    const auto tell = [&](const Looks::Entry& entry) { told.push_back(line(entry)); };
    looks.begin();
    looks.take({keys.data(), values.data(), entries.size(), 4, 8}, tell);
    const auto ask = [&](ByteView key) -> std::optional<Bytes> {
      std::uint32_t number = 0;
      std::memcpy(&number, key.data(), sizeof number);
      const auto found = missed.find(number);
      if (found == missed.end()) return std::nullopt;
      const ByteView value = bytes_of(found->second);
      return Bytes(value.begin(), value.end());
    };
    looks.end(ask, tell);
    return told;
  }

  std::vector<std::string> known() const {
    std::vector<std::string> lines;
    looks.each([&](const Looks::Entry& entry) {
      lines.push_back(line(entry));
      return true;
    });
    return lines;
  }

  Looks looks{4, 8};
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(LooksTest, TheFirstHasNothingToTell) {
  EXPECT_THAT(look({{1, 10}, {2, 20}}), IsEmpty());
  EXPECT_EQ(looks.size(), 2U);
}

TEST_F(LooksTest, TellWhatIsAddedChangedAndRemoved) {
  look({{1, 10}, {2, 20}, {3, 30}});
  EXPECT_THAT(look({{1, 10}, {2, 21}, {4, 40}}), ElementsAre("2 2 20 21", "1 4 - 40", "3 3 30 -"));
  EXPECT_EQ(looks.size(), 3U);
  EXPECT_EQ(looks.count(Change::added), 1U);
  EXPECT_EQ(looks.count(Change::changed), 1U);
  EXPECT_EQ(looks.count(Change::removed), 1U);
}

TEST_F(LooksTest, KeepWhatChangedUntilTheNext) {
  look({{1, 10}, {2, 20}, {3, 30}});
  look({{1, 10}, {2, 21}, {4, 40}});
  EXPECT_THAT(known(), ElementsAre("0 1 - 10", "2 2 20 21", "3 3 30 -", "1 4 - 40"));
  EXPECT_THAT(look({{1, 10}, {2, 21}, {4, 40}}), IsEmpty());
  EXPECT_THAT(known(), ElementsAre("0 1 - 10", "0 2 - 21", "0 4 - 40"));
}

TEST_F(LooksTest, TellThatAnEntryIsBack) {
  look({{1, 10}, {2, 20}, {3, 30}});
  look({{1, 10}, {3, 30}});
  EXPECT_THAT(look({{1, 10}, {2, 20}, {3, 30}}), ElementsAre("1 2 - 20"));
  EXPECT_EQ(looks.size(), 3U);
}

TEST_F(LooksTest, TakeNothingForRemovedThatIsThere) {
  look({{1, 10}, {2, 20}, {3, 30}});
  EXPECT_THAT(look({{1, 10}}, {{2, 20}, {3, 31}}), ElementsAre("2 3 30 31"));
  EXPECT_EQ(looks.size(), 3U);
}

TEST_F(LooksTest, ForgetWhatIsGone) {
  for (std::uint32_t i = 0; i < 1000; ++i) look({{i, 1}, {i + 1, 1}});
  EXPECT_EQ(looks.size(), 2U);
  EXPECT_THAT(known(), ElementsAre("3 998 1 -", "0 999 - 1", "1 1000 - 1"));
}

TEST_F(LooksTest, FindAnEntryByItsKey) {
  look({{1, 10}, {2, 20}});
  look({{1, 11}, {2, 20}});
  const std::uint32_t key = 1;
  EXPECT_EQ(line(looks.find(bytes_of(key))), "2 1 10 11");
}

}  // namespace
}  // namespace mapctl::cli::test
