#pragma once
// The two failures of the library: Error (the kernel refused) and BadInput (an argument does not
// fit). Both carry suggestions as Remedy values, which name no command of any program.
//
// The library throws no other exceptions of its own; std::bad_alloc and exceptions of a caller's
// callback pass through. Absence is not a failure: an absent key is std::nullopt or false.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "mapctl/map_type.hpp"

namespace mapctl {

/// Why the kernel refused, as far as a caller can act on it. One errno has several causes: E2BIG is
/// a full hash, an index past the end of an array or an oversized value, so the cause is derived
/// from operation, map type and errno.
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
  no_memory,     ///< of this process or of the system; also too many open files
  other,
};

/// The stable name of a cause for scripts, such as "map_full".
std::string_view code(Cause cause);

/// A suggestion. The text is a sentence for everyone. A program that has a command or an option for
/// the action can name it after the text.
struct Remedy {
  enum class Action {
    none,             ///< the text is complete
    gain_capability,  ///< about: the capabilities; or run as root
    list_maps,        ///< see which maps there are
    enlarge_map,      ///< make a larger copy; about: the map, a number of entries
    peek_value,       ///< look at the next value; about: the queue or stack
    pop_value,        ///< take out the next value; about: the queue or stack
    push_by_force,    ///< put a value into a full queue or stack in place of the oldest one
    read_events,      ///< read records as they come; about: the map
    sum_cpus,         ///< take the sum over all CPUs for the value
    pin_map,          ///< about: "id:7", or "MAP" where it is not known; the path
    unpin,            ///< about: the pin
    adopt_pin,        ///< use the pin of another user
    load_filter,
    unload_filter,    ///< about: the interface, the name of the filter
    purge_filter,     ///< unload it, and remove its rules
    replace_program,  ///< load the filter in place of another XDP program
    set_lifetime,     ///< let an entry end after a time; about: the duration
  };
  using enum Action;

  Remedy(std::string sentence, Action can = none, std::vector<std::string> what = {})
      : text(std::move(sentence)), action(can), about(std::move(what)) {}
  Remedy(const char* sentence) : text(sentence) {}

  std::string text;
  Action action = none;
  std::vector<std::string> about{};
};

/// A failed kernel operation. what() is one sentence: "cannot ATTEMPT: REASON".
class Error : public std::runtime_error {
 public:
  struct Details {
    Operation operation;
    Cause cause = Cause::other;
    int error_number = 0;               ///< positive errno
    MapType type = MapType::unspec;     ///< unspec where no map is involved
    std::string map{};                  ///< its label; empty if no map is involved
    std::uint32_t max_entries = 0;      ///< of that map
    std::string attempt;                ///< "put an entry into filter_map"
    std::string reason;                 ///< "the map is full"
    std::string why{};                  ///< the fact behind the reason; may be empty
    std::vector<Remedy> fix{};          ///< what would work, one suggestion each
    std::optional<std::size_t> done{};  ///< batch writes: entries completed before the failure
  };

  explicit Error(Details details);

  const Details& details() const noexcept { return details_; }
  Cause cause() const noexcept { return details_.cause; }
  int error_number() const noexcept { return details_.error_number; }

  /// Facts that a caller knows beyond the call that failed.
  struct Context {
    std::string attempt{};              ///< a more specific one: "put 10.0.0.0/8 into filter_map"
    std::string also{};                 ///< a fact to add to `why`
    std::optional<std::size_t> done{};  ///< steps of the same work that succeeded before
  };

  /// Replaces the suggestions, for a caller that knows better ones.
  void suggest(std::vector<Remedy> fix) { details_.fix = std::move(fix); }

  /// Adds the context; its empty members change nothing. Call it where the Error is caught by
  /// reference; `throw;` then passes the Error on.
  Error& enrich(Context context);

 private:
  Details details_;
};

/// A text, a size or a range that does not fit. Nothing was attempted.
class BadInput : public std::runtime_error {
 public:
  explicit BadInput(const std::string& message, std::vector<Remedy> fix = {})
      : std::runtime_error(message), fix_(std::move(fix)) {}

  /// Suggestions that would have worked, one each.
  const std::vector<Remedy>& fix() const noexcept { return fix_; }

 private:
  std::vector<Remedy> fix_;
};

}  // namespace mapctl
