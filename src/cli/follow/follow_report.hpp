#pragma once
// The files that a follower writes about itself: its state, its status, its metrics.

#include <string>

#include "cli/follow/mirror.hpp"

namespace mapctl::cli {

/// Each file appears as a whole. A file that cannot be written is told once, and tried again.
class FollowReport {
 public:
  FollowReport(const Target& target, const Mirror& mirror, std::string source,
               const FollowOptions& options)
      : target_(target), mirror_(mirror), source_(std::move(source)), options_(options) {}

  /// Writes what has changed, the status every ten seconds, and the state that often at most.
  void write_if_due();
  /// Writes all that has changed, at the end.
  void write();

 private:
  void write_state();
  void write_status();
  std::string state_text() const;
  std::string status_text() const;
  std::string metrics_text() const;
  void try_to_write(const std::string& file, const std::string& text);

  const Target& target_;
  const Mirror& mirror_;
  const std::string source_;
  const FollowOptions& options_;
  std::uint64_t status_version_ = ~std::uint64_t{0};
  std::uint64_t state_version_ = 0;
  Mirror::Clock::time_point status_at_{};
  Mirror::Clock::time_point state_at_{};
  std::string told_;
};

}  // namespace mapctl::cli
