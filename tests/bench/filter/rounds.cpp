#include "rounds.hpp"

#include <utility>

#include "numbers.hpp"

namespace mapctl::bench {

void Rounds::add(std::vector<double> times) { rounds_.push_back(std::move(times)); }

double Rounds::median_of(std::size_t contender) const {
  std::vector<double> times;
  for (const auto& round : rounds_) times.push_back(round[contender]);
  return median(std::move(times));
}

double Rounds::ratio(std::size_t contender, std::size_t other) const {
  std::vector<double> ratios;
  for (const auto& round : rounds_) ratios.push_back(round[contender] / round[other]);
  return median(std::move(ratios));
}

double Rounds::ratio(std::size_t contender, std::size_t other, std::size_t floor) const {
  std::vector<double> ratios;
  for (const auto& round : rounds_)
    ratios.push_back((round[contender] - round[floor]) / (round[other] - round[floor]));
  return median(std::move(ratios));
}

}  // namespace mapctl::bench
