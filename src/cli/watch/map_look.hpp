#pragma once
// Looks at the entries of a map.

#include <optional>
#include <vector>

#include "cli/entry/entry.hpp"
#include "cli/entry/looks.hpp"
#include "mapctl/text/expression.hpp"

namespace mapctl::cli {

class MapLook {
 public:
  /// Without keys, all entries are looked at. The target must outlive it.
  MapLook(const Target& target, std::vector<Encoded> keys, std::optional<Expression> until);

  /// Looks, and tells what changed. Returns true if `until` holds for an entry.
  bool look(const Looks::Tell& tell);

  const Target& target() const noexcept { return target_; }
  const Looks& entries() const noexcept { return looks_; }
  /// Whether other entries of the map are left out.
  bool is_of_a_part() const { return !keys_.empty() || target_.where; }

 private:
  std::optional<Bytes> value_of(ByteView key) const;

  const Target& target_;
  std::vector<Encoded> keys_;
  std::optional<Expression> until_;
  Looks looks_;
};

}  // namespace mapctl::cli
