#pragma once
// An entry for a map of any type, with the kernel objects that it needs.

#include <vector>

#include "mapctl/map.hpp"

namespace mapctl::test {

struct Entry {
  Bytes key;
  Bytes value;
  std::vector<Fd> objects;  ///< referred to by key or value, open as long as the entry exists
};

/// An entry that the map accepts in an update, with a program, a socket, a cgroup … if it holds
/// such objects.
Entry entry_for(const Map& map);

/// True if files can have inode storages: only if the BPF LSM is enabled.
bool has_bpf_lsm();

}  // namespace mapctl::test
