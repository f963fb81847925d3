#pragma once
// What contenders took that were measured in turns.

#include <cstddef>
#include <vector>

namespace mapctl::bench {

class Rounds {
 public:
  /// The times of all contenders, in their order.
  void add(std::vector<double> times);

  double median_of(std::size_t contender) const;

  /// The time of one over that of another: the median over the rounds, each taken by itself.
  double ratio(std::size_t contender, std::size_t other) const;
  /// The same, of what each took beyond a third.
  double ratio(std::size_t contender, std::size_t other, std::size_t floor) const;

 private:
  std::vector<std::vector<double>> rounds_;
};

}  // namespace mapctl::bench
