#pragma once
// The bundled program as a libbpf skeleton, and why it could not be loaded.

#include <memory>

#include "mapctl/text/layout.hpp"

struct bpf_map;
struct filter_bpf;

namespace mapctl {

struct DestroySkeleton {
  void operator()(filter_bpf* skeleton) const;
};
using FilterSkeleton = std::unique_ptr<filter_bpf, DestroySkeleton>;

/// Opens the skeleton, but loads nothing into the kernel. `attempt` is for messages.
FilterSkeleton open_skeleton(const char* attempt);

/// The layout of the keys of one of its maps, read from the program: a pinned map may lack BTF or
/// have other type names, or its BTF may be unreadable. Call it before the skeleton is given such a
/// map, because libbpf then uses the types of that map.
Layout key_layout_of(const filter_bpf& skeleton, const bpf_map& map);

void load_skeleton(filter_bpf& skeleton, const char* attempt);

}  // namespace mapctl
