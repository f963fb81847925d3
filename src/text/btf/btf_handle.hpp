#pragma once
// The types of a BPF object as libbpf holds them, owned.

#include <memory>

#include <bpf/btf.h>

namespace mapctl {

struct FreeBtf {
  void operator()(const btf* types) const { ::btf__free(const_cast<btf*>(types)); }
};
using BtfHandle = std::unique_ptr<btf, FreeBtf>;

}  // namespace mapctl
