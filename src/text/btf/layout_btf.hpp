#pragma once
// Compiles BTF, the kernel's own description of C types, into layouts.

#include <bpf/btf.h>

#include <cstdint>
#include <memory>
#include <string_view>

#include "mapctl/text/layout.hpp"

namespace mapctl {

struct FreeBtf {
  void operator()(const btf* types) const { ::btf__free(const_cast<btf*>(types)); }
};
using BtfHandle = std::unique_ptr<btf, FreeBtf>;  ///< owns types in libbpf

/// The layout of a type of known size. A member's name is a hint: a __be32
/// called saddr is an address, one called sequence is a number. A type with too many members, or
/// with a name that the kernel's rule for BTF forbids, is read as bytes.
Layout layout_of(const btf& types, std::uint32_t type_id, std::string_view name_hint = {});

/// Like layout_of(), but throws BadInput in place of reading bytes.
Layout whole_layout_of(const btf& types, std::uint32_t type_id, std::string_view name_hint = {});

/// The type behind typedefs and qualifiers; null if there is none.
const btf_type* resolved_type(const btf& types, std::uint32_t type_id);

/// The size of a type in bytes, for an array that of all elements; 0 if it has none.
std::uint32_t size_of(const btf& types, std::uint32_t type_id);

}  // namespace mapctl
