// The results of a command that fails while it prints them.

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/output/row.hpp"
#include "cli/session/session.hpp"

namespace mapctl::cli {
namespace {

using nlohmann::json;

/// What a command leaves in a file that fails after so many rows of ten numbers, within a list.
std::string left_after(int rows) {
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::tmpfile(), &std::fclose);
  {
    Results results(Session{.format = Format::json}, Document::list, {}, fileno(file.get()));
    const std::vector<int> numbers(10);
    for (int i = 0; i < rows; ++i) {
      Row row(*results);
      row.begin().list("numbers", numbers, [&](int number) {
        row.integer("number", static_cast<std::uint64_t>(number));
      });
      row.end();
    }
    results->begin_struct();
    results->member("unfinished");
    results->begin_array();
  }
  std::rewind(file.get());
  std::string text(4 << 20, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  return text;
}

TEST(Results, AsJsonAreClosedAfterAFailure) {
  const json document = json::parse(left_after(4000), nullptr, false);
  ASSERT_EQ(document.size(), 4001U);
  EXPECT_EQ(document.back(), (json{{"unfinished", json::array()}}));
}

TEST(Results, AreNoDocumentIfNothingIsVisibleBeforeAFailure) { EXPECT_EQ(left_after(1), ""); }

}  // namespace
}  // namespace mapctl::cli
