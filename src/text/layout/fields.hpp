#pragma once
// The members of a struct as its user sees them: those of anonymous structs and unions belong to
// the parent, and hidden ones are absent.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

/// A member by name, and where its parent begins.
struct FoundField {
  const Member* member = nullptr;
  std::uint32_t base = 0;   ///< bytes from the outer struct to the member's own parent
  std::uint32_t index = 0;  ///< counts all names, those of anonymous members included

  std::uint32_t offset() const noexcept { return base + member->offset(); }
};

std::optional<FoundField> find_field(const Layout& layout, std::string_view name);

/// All fields by name, for whoever looks for many. It refers to the layout.
using FieldIndex = std::unordered_map<std::string_view, FoundField>;
FieldIndex field_index(const Layout& layout);

/// Returns whether a value of this type is all global variables of a program.
bool holds_variables(const Layout& layout);

/// Returns whether a value of this type has a bpf_spin_lock, for BPF_F_LOCK.
bool holds_spin_lock(const Layout& layout);

/// The names that a text may give.
std::vector<std::string> field_names(const Layout& layout);

inline bool is_composite(const Layout& layout) {
  return layout.kind == Kind::structure || layout.kind == Kind::union_;
}

/// A value without parts that belongs to the user: no struct, union or array, and not reserved.
bool is_scalar(const Layout& layout);

/// Not shown and not settable: hidden members, types of the kernel's own such as locks and timers,
/// and unnamed members that contain no named one.
bool is_unseen(const Member& member);

/// A put that does not name the member keeps its value.
bool is_kept(const Member& member);

/// The layout with members of which none keeps its value, at any depth: in a new map, there is no
/// old value.
Layout without_kept(const Layout& layout);

std::uint32_t bit_width(const Member& member);

/// The member that a union is printed as: the largest that covers every byte that is not zero, the
/// first of equals. Null if there is none.
const Member* printed_arm(const Layout& layout, ByteView bytes);

/// Returns whether the printed text of these bytes gives the same bytes back: padding and unseen
/// members are zero.
bool is_all_seen(const Layout& layout, ByteView bytes);

/// Returns whether the struct has an unnamed union of which no member can be printed.
bool has_unprintable_union(const Layout& layout, ByteView bytes);

/// A scalar is aligned to its size, an aggregate to its largest part; addresses and bytes have no
/// alignment.
std::uint32_t alignment_of(const Layout& layout);

/// The bit at which a member begins that follows `bits` bits of other members.
std::uint64_t natural_offset(const Member& member, std::uint64_t bits);

/// The size of a struct or a union whose members end at that bit.
std::uint32_t natural_size(const Layout& layout, std::uint64_t bits);

}  // namespace mapctl
