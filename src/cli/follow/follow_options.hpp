#pragma once
// The options of sync --follow.

#include <cstdint>
#include <string>

namespace mapctl::cli {

/// What a change must fulfil before it is written.
struct FollowGuards {
  std::uint32_t min_entries = 1;  ///< believe no smaller snapshot

  bool operator==(const FollowGuards&) const = default;
};

struct FollowTimes {
  std::uint32_t alive = 2000;    ///< milliseconds in which a store has to answer
  std::uint32_t again = 600000;  ///< milliseconds after which everything is compared again

  bool operator==(const FollowTimes&) const = default;
};

struct FollowOptions {
  FollowGuards guards;
  FollowTimes times;
  std::string state{};    ///< a file of the entries in force, for the next start
  std::string status{};   ///< a file of JSON
  std::string metrics{};  ///< a file of metrics for node_exporter

  bool operator==(const FollowOptions&) const = default;
};

}  // namespace mapctl::cli
