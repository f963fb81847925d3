#pragma once
// Threads that change a map as fast as they can while a test reads it.

#include <atomic>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

namespace mapctl::test {

/// Calls `step(n)` again and again in each of several threads, with another n in each thread, for
/// as long as the object lives.
class Writers {
 public:
  Writers(int threads, std::function<void(std::uint32_t n)> step) : step_(std::move(step)) {
    for (int i = 0; i < threads; ++i)
      threads_.emplace_back([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) step_(steps_++);
      });
  }

  /// Returns once each thread has made a change: a round without a change would prove nothing.
  void wait_for_steps(std::uint32_t count = 100) const {
    const std::uint32_t start = steps_;
    while (steps_ - start < count) std::this_thread::yield();
  }

 private:
  std::function<void(std::uint32_t)> step_;
  std::atomic<std::uint32_t> steps_ = 0;
  std::vector<std::jthread> threads_;  // destroyed first
};

}  // namespace mapctl::test
