#pragma once
// The minimum cost of moving entries: the bare calls of bpf(2).

#include <functional>

#include "launcher.hpp"
#include "mapctl/map.hpp"

namespace mapctl::bench {

/// Entries packed for the batch calls.
struct Entries {
  std::size_t count = 0;
  Bytes keys{};
  Bytes values{};
};

Run timed(const std::function<void()>& action);

Run lookup_batches(const Map& map);
Run lookup_and_delete_batches(const Map& map);
Run update_batch(const Map& map, const Entries& entries);
Run update_one_by_one(const Map& map, const Entries& entries);
Run delete_batch(const Map& map, const Entries& entries);

}  // namespace mapctl::bench
