#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mapctl::bench {

/// Takes at least one number.
inline double median(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  const std::size_t middle = numbers.size() / 2;
  return numbers.size() % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2;
}

/// The number as the tables print it: `100`, `10 k`, `1 M`.
inline std::string size_text(std::size_t entries) {
  if (entries % 1'000'000 == 0) return fmt::format("{} M", entries / 1'000'000);
  if (entries % 1000 == 0) return fmt::format("{} k", entries / 1000);
  return fmt::format("{}", entries);
}

}  // namespace mapctl::bench
