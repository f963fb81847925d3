#pragma once
// The bundled program as libbpf has it, and why it could not be loaded.

#include <memory>

struct filter_bpf;

namespace mapctl {

struct DestroySkeleton {
  void operator()(filter_bpf* skeleton) const;
};
using FilterSkeleton = std::unique_ptr<filter_bpf, DestroySkeleton>;

/// `attempt`: for messages. Nothing is in the kernel yet.
FilterSkeleton open_skeleton(const char* attempt);

void load_skeleton(filter_bpf& skeleton, const char* attempt);

}  // namespace mapctl
