#pragma once
// Finds the processes that have maps open.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mapctl {

/// A process with a descriptor of a map.
struct MapHolder {
  std::uint32_t pid = 0;
  std::string command;  ///< /proc/PID/comm: at most 15 bytes, chosen by the process
};

struct MapHolders {
  std::map<std::uint32_t, std::vector<MapHolder>> by_map;  ///< by map id; ascending pids
  bool complete = true;    ///< false: there are processes whose descriptors the caller may not see
  std::size_t closed = 0;  ///< processes in /proc whose descriptors cannot be read
  std::uint32_t first_closed = 0;  ///< the first of them, and why
  int error_number = 0;
};

/// Reads the descriptors of every process in /proc, which takes a while on a busy machine. Those of
/// other users need CAP_SYS_PTRACE. A map may be held by no process at all: pins, programs and
/// other maps keep it, too.
MapHolders map_holders();

}  // namespace mapctl
