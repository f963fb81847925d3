#include "race.hpp"

#include <chrono>

#include "numbers.hpp"

namespace mapctl::bench {

namespace {

using Round = std::vector<Run>;

template <typename Number>
double median_of(const std::vector<Round>& rounds, Number number) {
  std::vector<double> numbers;
  for (const Round& round : rounds) numbers.push_back(number(round));
  return median(std::move(numbers));
}

Round run_round(const std::vector<Contender>& contenders) {
  Round round;
  for (const Contender& contender : contenders) {
    if (contender.prepare) contender.prepare();
    round.push_back(contender.run());
  }
  return round;
}

}  // namespace

std::vector<Median> race(const std::vector<Contender>& contenders, Patience patience) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(patience.seconds);
  const auto wants_more = [&](int rounds) {
    return rounds < patience.fewest || (rounds < patience.most && Clock::now() < end);
  };
  std::vector<Round> rounds;
  while (wants_more(static_cast<int>(rounds.size()))) rounds.push_back(run_round(contenders));

  std::vector<Median> medians;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    const auto milliseconds = [&](const Round& round) { return round[i].milliseconds; };
    medians.push_back({
        .milliseconds = median_of(rounds, milliseconds),
        .peak_mib = median_of(rounds, [&](const Round& round) { return round[i].peak_mib; }),
        .ratio = median_of(
            rounds,
            [&](const Round& round) { return milliseconds(round) / round[0].milliseconds; }),
    });
  }
  return medians;
}

}  // namespace mapctl::bench
