#pragma once
// An owning pointer to the types of a BPF object in libbpf.

#include <memory>

#include <bpf/btf.h>

namespace mapctl {

struct FreeBtf {
  void operator()(const btf* types) const { ::btf__free(const_cast<btf*>(types)); }
};
using BtfHandle = std::unique_ptr<btf, FreeBtf>;

}  // namespace mapctl
