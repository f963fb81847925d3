#pragma once
// Which members a text has named, and whether they make a whole value.

#include <cstdint>
#include <vector>

#include "mapctl/text/layout.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl {

/// Members by FoundField::index.
class Given {
 public:
  bool has(std::uint32_t index) const;
  void add(std::uint32_t index);
  bool empty() const noexcept { return first_ == 0 && more_.empty(); }

  /// Refuses two arms of one union, and enums that are left out although 0 is
  /// none of their values: it would be stored as something that nobody meant.
  void check(const Layout& layout, const Place& place) const;

 private:
  bool names_any(const Member& member, std::uint32_t& index) const;
  void check(const Layout& layout, std::uint32_t& index, const Place& place) const;

  std::uint64_t first_ = 0;
  std::vector<bool> more_;  ///< from the 65th on
};

}  // namespace mapctl
