#pragma once
// The times of contenders that were measured in turns.

#include <cstddef>
#include <vector>

namespace mapctl::bench {

class Rounds {
 public:
  /// The times of all contenders, in their order.
  void add(std::vector<double> times);

  double median_of(std::size_t contender) const;

  /// The time of one divided by that of another: the median of the ratios of the rounds.
  double ratio(std::size_t contender, std::size_t other) const;
  /// The same ratio, after the time of a third is subtracted from both.
  double ratio(std::size_t contender, std::size_t other, std::size_t floor) const;

 private:
  std::vector<std::vector<double>> rounds_;
};

}  // namespace mapctl::bench
