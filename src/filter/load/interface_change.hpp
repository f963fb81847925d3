#pragma once
// One interface of a load: what is there at first, what was made of it, and the way back.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "filter/objects/foreign.hpp"
#include "filter/objects/links.hpp"
#include "mapctl/fd.hpp"
#include "mapctl/filter/load_options.hpp"

namespace mapctl {

struct InterfaceChange {
  Attached attached;
  std::uint32_t index;
  std::filesystem::path pin;       ///< of the link, there or to be
  std::optional<PinnedLink> ours;  ///< a link that the filter has there already
  Fd older;                        ///< its program, to go back to; only CAP_SYS_ADMIN opens it
  std::optional<ReplaceableProgram> foreign;

  Fd link;  ///< a new one
  bool is_pinned = false;
  bool is_swapped = false;       ///< the program under our link
  bool foreign_is_gone = false;  ///< replaced

  const Fd& current_link() const { return ours ? ours->link : link; }
};

/// Looks at each interface once, and changes nothing. Throws Error (exists) where something else
/// than the filter is in the way, and where the filter's programs use a map that is not pinned any
/// more: a new one, which is empty, would take its place.
std::vector<InterfaceChange> look_at_all(const std::vector<std::string>& interfaces,
                                         const FilterLoadOptions& options);

/// Whether a link that holds nothing any more has the pin. One of another device stays: that
/// would be filtered no longer.
bool is_defunct(const FilterPins& pins, const std::filesystem::path& pin);

/// Whether the program that runs there is known to use the map.
bool uses_map(const InterfaceChange& change, std::uint32_t map_id);

/// Makes it as it was; adds to `failures` what could not be undone, for one that fails must not
/// keep the others from it.
void undo(InterfaceChange& change, std::vector<std::string>& failures);

/// Takes the filter away, also one that was there before.
void take_from(InterfaceChange& change);

/// Throws Error (not_found) where the device is gone.
void check_still_attached(const InterfaceChange& change);

}  // namespace mapctl
