#pragma once
// The bundled program as a libbpf skeleton, and why it could not be loaded.

#include <memory>

struct filter_bpf;

namespace mapctl {

struct DestroySkeleton {
  void operator()(filter_bpf* skeleton) const;
};
using FilterSkeleton = std::unique_ptr<filter_bpf, DestroySkeleton>;

/// Opens the skeleton, but loads nothing into the kernel. `attempt` is for messages.
FilterSkeleton open_skeleton(const char* attempt);

void load_skeleton(filter_bpf& skeleton, const char* attempt);

}  // namespace mapctl
