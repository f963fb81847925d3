#pragma once
// When to try again what failed: soon, then ever later, and not all hosts at the same moment.

#include <algorithm>
#include <chrono>
#include <random>

namespace mapctl::cli {

class Backoff {
 public:
  using Clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

  /// To be called at a failure: a random time within a limit, which doubles from 50 ms to 30 s, and
  /// starts again after a minute without a failure.
  Clock::time_point next_try() {
    const Clock::time_point now = Clock::now();
    limit_ = now - last_ > std::chrono::minutes(1)
                 ? shortest
                 : std::min<milliseconds>(2 * limit_, std::chrono::seconds(30));
    last_ = now;
    return now + milliseconds(std::uniform_int_distribution<long>(1, limit_.count())(random_));
  }

 private:
  static constexpr milliseconds shortest{50};

  milliseconds limit_{shortest};
  Clock::time_point last_{};
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace mapctl::cli
