#pragma once
// An entry for a map of any type, with the kernel objects that it needs.

#include <vector>

#include "mapctl/map.hpp"

namespace mapctl::test {

struct Entry {
  Bytes key;
  Bytes value;
  std::vector<Fd> objects;  ///< what key or value refer to, open as long as the entry is
};

/// One that the map takes in an update: a program, a socket, a cgroup … where it holds such.
Entry entry_for(const Map& map);

/// Whether files have room for inode storages: only where the BPF LSM is on.
bool has_bpf_lsm();

}  // namespace mapctl::test
