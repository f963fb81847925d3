#pragma once
// Tracks the members that a text has named, and refuses a set that makes no whole value.

#include <cstdint>
#include <vector>

#include "mapctl/text/layout.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl {

/// A set of members by FoundField::index.
class NamedMembers {
 public:
  bool has(std::uint32_t index) const;
  void add(std::uint32_t index);
  bool empty() const noexcept { return first_ == 0 && more_.empty(); }

  /// Refuses two members of one union, and a missing enum that has no name for 0: nobody meant the
  /// value that would be stored.
  void check(const Layout& layout, const ValuePath& place) const;

 private:
  bool names_any(const Member& member, std::uint32_t& index) const;
  void check(const Layout& layout, std::uint32_t& index, const ValuePath& place) const;

  std::uint64_t first_ = 0;
  std::vector<bool> more_;  ///< members from the 65th on
};

}  // namespace mapctl
