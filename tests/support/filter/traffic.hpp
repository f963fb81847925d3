#pragma once
// Packets that flow while a test changes rules.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "mapctl/bytes.hpp"

namespace mapctl::test {

/// The expected verdict of a packet: true means drop.
using Expected = std::vector<bool>;

/// Sends packets through the program one by one, again and again, while rules change. A packet that
/// is sent during one change may get the verdict before or after it. If there is more than one
/// change meanwhile, its verdict is not checked, because its lookups do not happen at the same
/// moment.
class Traffic {
 public:
  using Run = std::function<bool(const Bytes&)>;

  /// expected: the verdicts of each packet, under the rules before the first change and after each
  /// change.
  Traffic(std::vector<Bytes> packets, std::vector<Expected> expected, Run drops)
      : packets_(std::move(packets)),
        expected_(std::move(expected)),
        drops_(std::move(drops)),
        sent_(packets_.size()),
        thread_([this](const std::stop_token& stop) { flow(stop); }) {
    wait();
  }

  /// Starts the next change.
  template <typename Change>
  void change(Change apply) {
    ++begun_;
    apply();
    ++done_;
  }

  /// Waits until each packet was sent once more.
  void wait() const {
    const std::uint64_t start = rounds_;
    while (rounds_ - start < 2) std::this_thread::yield();
  }

  /// Stops sending. Returns how often each packet was sent.
  const std::vector<std::uint64_t>& stop() {
    thread_.request_stop();
    thread_.join();
    return sent_;
  }

  std::uint64_t judged() const noexcept { return judged_; }
  std::uint64_t judged_in_a_change() const noexcept { return judged_in_a_change_; }
  std::uint64_t wrong() const noexcept { return wrong_; }
  const std::string& first_wrong() const noexcept { return first_wrong_; }

 private:
  void flow(const std::stop_token& stop) {
    for (; !stop.stop_requested(); ++rounds_)
      for (std::size_t i = 0; i < packets_.size(); ++i) send(i);
  }

  void send(std::size_t i) {
    const std::size_t before = done_;
    const bool dropped = drops_(packets_[i]);
    const std::size_t after = begun_;
    ++sent_[i];
    if (after - before > 1) return;
    ++judged_;
    if (after != before) ++judged_in_a_change_;
    if (dropped == expected_[before][i] || dropped == expected_[after][i]) return;
    if (wrong_++ == 0)
      first_wrong_ = "packet " + std::to_string(i) + (dropped ? " dropped" : " passed") +
                     " between the changes " + std::to_string(before) + " and " +
                     std::to_string(after);
  }

  std::vector<Bytes> packets_;
  std::vector<Expected> expected_;
  Run drops_;
  std::vector<std::uint64_t> sent_;
  std::atomic<std::size_t> begun_ = 0;
  std::atomic<std::size_t> done_ = 0;
  std::atomic<std::uint64_t> rounds_ = 0;
  std::uint64_t judged_ = 0;
  std::uint64_t judged_in_a_change_ = 0;
  std::uint64_t wrong_ = 0;
  std::string first_wrong_;
  std::jthread thread_;  // destroyed first
};

}  // namespace mapctl::test
