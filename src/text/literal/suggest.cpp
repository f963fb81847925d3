#include "text/literal/suggest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "text/literal/ascii.hpp"

namespace mapctl {
namespace {

bool same(char a, char b) { return lower(a) == lower(b); }

/// Edit distance; two swapped neighbours, the most common slip, count as one.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates) {
  // With up to a third of the letters wrong it is a slip; with more it is another word.
  std::size_t best = (word.size() + 2) / 3 + 1;
  const std::string* found = nullptr;
  for (const std::string& candidate : candidates) {
    const auto [shorter, longer] = std::minmax({word.size(), candidate.size()});
    if (longer - shorter >= best) continue;
    const std::size_t slips = distance(word, candidate);
    if (slips < best && slips < candidate.size()) {
      best = slips;
      found = &candidate;
    }
  }
  return found ? std::optional{*found} : std::nullopt;
}

std::string counted(std::size_t count, std::string_view noun) {
  if (count == 1) return fmt::format("1 {}", noun);
  if (!noun.ends_with('y')) return fmt::format("{} {}s", count, noun);
  return fmt::format("{} {}ies", count, noun.substr(0, noun.size() - 1));
}

std::string name_list(const std::vector<std::string>& names) {
  constexpr std::size_t most = 24;
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(std::span{names}.first(most), ", "),
                     names.size() - most);
}

std::vector<Remedy> suggestion(std::string_view word, const std::vector<std::string>& names) {
  const std::optional<std::string> name = closest(word, names);
  if (!name) return {};
  return {"did you mean '" + *name + "'?"};
}

}  // namespace mapctl
