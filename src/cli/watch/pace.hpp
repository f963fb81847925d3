#pragma once
// When to look again, and when to end.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace mapctl::cli {

class Pace {
 public:
  using Clock = std::chrono::steady_clock;
  using Milliseconds = std::chrono::milliseconds;

  /// `count`: so many looks after the first.
  Pace(Milliseconds interval, std::optional<std::uint32_t> count,
       std::optional<Milliseconds> timeout)
      : interval_(interval), left_(count) {
    if (timeout) end_ = Clock::now() + *timeout;
  }

  bool is_due() const { return Clock::now() >= next_; }
  /// The time is over, or there were enough looks.
  bool is_over() const { return is_enough_ || (end_ && Clock::now() >= *end_); }

  /// Call it after each look.
  void looked() {
    is_enough_ = left_ && (*left_)-- == 0;
    next_ = Clock::now() + interval_;
  }

  /// The time until the next look, or until the end.
  Milliseconds wait() const { return until(end_ ? std::min(next_, *end_) : next_); }
  /// The time until the end, while nobody looks.
  Milliseconds pause() const { return end_ ? until(*end_) : Milliseconds{longest}; }

 private:
  static constexpr Milliseconds longest{3'600'000};

  static Milliseconds until(Clock::time_point time) {
    return std::clamp(std::chrono::ceil<Milliseconds>(time - Clock::now()), Milliseconds{0},
                      longest);
  }

  Milliseconds interval_;
  std::optional<std::uint32_t> left_;
  std::optional<Clock::time_point> end_{};
  Clock::time_point next_ = Clock::now();
  bool is_enough_ = false;
};

}  // namespace mapctl::cli
