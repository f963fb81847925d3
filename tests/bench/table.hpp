#pragma once
// The results, as a table in Markdown.

#include <optional>
#include <string>

#include "race.hpp"

namespace mapctl::bench {

struct Row {
  std::string what;
  std::string layout;
  std::size_t entries = 0;
  Median ours{};
  std::optional<Median> peer{};
  std::optional<Median> floor{};
};

void print_head();
void print(const Row& row);

}  // namespace mapctl::bench
