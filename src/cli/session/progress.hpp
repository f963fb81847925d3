#pragma once
// Shows the progress of a long command as one line on a terminal.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "cli/session/session.hpp"

namespace mapctl::cli {

/// Makes the line and decides when it is due: first after 300 ms, then ten times a second.
class ProgressMeter {
 public:
  using Clock = std::chrono::steady_clock;

  /// `what`: "loading". The total is the number of entries, if known.
  ProgressMeter(std::string what, std::optional<std::uint64_t> total, Clock::time_point start)
      : what_(std::move(what)), total_(total), start_(start) {}

  /// Counts entries. Returns the line if it is due: "loading: 312,000 of 1,000,000 entries,
  /// 410,000/s, 2 s left".
  std::optional<std::string> add(std::uint64_t entries, Clock::time_point now);

 private:
  std::string line(Clock::duration elapsed) const;

  std::string what_;
  std::optional<std::uint64_t> total_;
  Clock::time_point start_;
  std::optional<Clock::time_point> shown_;
  std::uint64_t done_ = 0;
};

/// Shows that line on stderr while the object lives; but not if stderr is no terminal, with json
/// and jsonl, or if results also go to a terminal.
class Progress {
 public:
  enum class Prints { results, nothing };

  Progress(const Session& session, Prints prints, std::string what,
           std::optional<std::uint64_t> total = {});
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  /// Call it after each chunk.
  void add(std::uint64_t entries);
  /// Counts one entry, for commands that handle entries one by one.
  void add_one() {
    constexpr std::uint64_t many = 1024;
    if (++waiting_ == many) add(std::exchange(waiting_, 0));
  }

  /// Erases the line before other output than a message; the next add() may show it again.
  static void clear() { erase_progress(); }

 private:
  bool wanted_;
  std::uint64_t waiting_ = 0;  ///< counted by add_one() since the last add()
  ProgressMeter meter_;
};

}  // namespace mapctl::cli
