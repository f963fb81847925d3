#pragma once
// What keeps telling a mirror what is wanted.

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "cli/follow/mirror.hpp"

namespace mapctl::cli {

class Feed {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Feed() = default;
  /// The descriptors that have something to read when step() should be called.
  virtual std::vector<int> readable() const = 0;
  /// The time at which step() should be called in any case.
  virtual std::optional<Clock::time_point> due() const = 0;
  /// Tells the mirror what is new, without waiting for more. Throws Failed for what no waiting
  /// mends. Returns false if there will never be more.
  virtual bool step(Mirror& mirror) = 0;
  /// Takes everything anew at the next step.
  virtual void take_again() = 0;
};

/// Tells the mirror the entries of a file, or of the files of a directory, as one snapshot. Returns
/// false if it cannot be read.
bool read_files(const InputOptions& input, const Target& target, Mirror& mirror);

/// Files, and directories of them.
std::unique_ptr<Feed> make_file_feed(const InputOptions& input, const Target& target);
/// The line protocol of a command, or, if it is empty, of standard input.
std::unique_ptr<Feed> make_line_feed(const std::string& command);
std::unique_ptr<Feed> make_etcd_feed(const std::string& uri, FollowTimes times);

}  // namespace mapctl::cli
