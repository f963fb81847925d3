#pragma once
// How the library fails: Error (the kernel said no) and BadInput (what it was given does not fit).
//
// It throws these two and nothing else of its own; what the standard library throws where
// memory runs out (std::bad_alloc) and what a callback of the caller throws passes through.
// Absence is not a failure: a key that is not there is std::nullopt or false.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "mapctl/map_type.hpp"

namespace mapctl {

/// Why the kernel said no, as far as a caller can act on it. One errno has
/// several causes: E2BIG is a full hash, an index past the end of an array or
/// an oversized value, so the cause is derived from operation, map type and errno.
enum class Cause {
  not_found,     ///< no such pin, id, directory or interface
  not_a_map,     ///< the descriptor is a program, a link or something else
  not_bpffs,     ///< the path is not on a mounted bpffs
  bad_name,      ///< a pin or map name that the kernel does not allow
  exists,        ///< the key or the pin is there already
  absent,        ///< the key that had to exist does not
  permission,    ///< a capability, a mode bit or the way the map was opened
  full,          ///< every entry is in use, and a map cannot grow
  out_of_range,  ///< an index at or past max_entries
  frozen,        ///< user space may not write to this map any more
  unsupported,   ///< this map type (or this kernel) cannot do that
  invalid,       ///< the kernel refused an argument
  busy,          ///< in use just now; trying again may work
  no_memory,
  other,
};

/// The stable name of a cause for scripts, such as "map_full".
std::string_view code(Cause cause);

/// A failed kernel operation. what() is one sentence: "cannot ATTEMPT: REASON".
class Error : public std::runtime_error {
 public:
  struct Details {
    Operation operation;
    Cause cause = Cause::other;
    int error_number = 0;               ///< positive errno
    MapType type = MapType::unspec;     ///< unspec where no map is involved
    std::string map{};                  ///< its label; empty where no map is involved
    std::uint32_t max_entries = 0;      ///< of that map
    std::string attempt;                ///< "put an entry into filter_map"
    std::string reason;                 ///< "the map is full"
    std::string why{};                  ///< the fact behind the reason; may be empty
    std::vector<std::string> fix{};     ///< what would work, one suggestion each
    std::optional<std::size_t> done{};  ///< batch writes: entries completed before the failure
  };

  explicit Error(Details details);

  const Details& details() const noexcept { return details_; }
  Cause cause() const noexcept { return details_.cause; }
  int error_number() const noexcept { return details_.error_number; }

  /// The same failure told of another attempt, for a caller that knows more
  /// than the call did ("put 10.0.0.0/8 into filter_map").
  Error with_attempt(std::string attempt) const;

  /// The same failure after that many steps of the same work had succeeded.
  Error with_done(std::size_t done) const;

 private:
  Details details_;
};

/// A text, a size or a range that does not fit. Nothing was attempted.
class BadInput : public std::runtime_error {
 public:
  explicit BadInput(const std::string& message, std::vector<std::string> fix = {})
      : std::runtime_error(message), fix_(std::move(fix)) {}

  /// What would have worked, one suggestion each.
  const std::vector<std::string>& fix() const noexcept { return fix_; }

 private:
  std::vector<std::string> fix_;
};

}  // namespace mapctl
