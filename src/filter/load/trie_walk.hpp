#pragma once
// Checks if the program may walk through the kernel's own trie, which saves it lookups.

struct filter_bpf;

namespace mapctl {

enum class TrieWalk {
  off,
  on,
  wrong,  ///< for tests: the walk that is checked overlooks all services
};

/// Must be called before the skeleton is loaded.
void set_walk(filter_bpf& skeleton, TrieWalk walk);

/// Compares the walk with lookups in a map of its own; false also if that is impossible. A walk
/// that overlooks a service would skip its rules. The skeleton must be loaded, and not with
/// TrieWalk::off.
bool walk_agrees(filter_bpf& skeleton);

}  // namespace mapctl
