#pragma once
// MAPCTL_DEBUG=1: whoever looks for a fault sees what the kernel and libbpf said.

#include <cstdlib>

namespace mapctl {

inline bool is_debugging() {
  static const bool is_on = std::getenv("MAPCTL_DEBUG") != nullptr;
  return is_on;
}

}  // namespace mapctl
