#pragma once
// One interface of a load: its original state, the changes made, and how to undo them.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "filter/objects/foreign.hpp"
#include "filter/objects/pins.hpp"
#include "mapctl/fd.hpp"
#include "mapctl/filter/load_options.hpp"

namespace mapctl {

struct InterfaceChange {
  Attached attached;
  std::uint32_t index;
  std::filesystem::path pin;       ///< of the link, present or future
  std::optional<PinnedLink> ours;  ///< a link that the filter already has there
  Fd older;                        ///< its program, for undo; only CAP_SYS_ADMIN can open it
  std::optional<ReplaceableProgram> foreign;

  Fd link;  ///< a link that this load has made
  bool is_pinned = false;

  const Fd& current_link() const { return ours ? ours->link : link; }
};

/// Reads the state of each interface once, and changes nothing. Throws Error (exists) if a program
/// other than the filter's is attached, or if the filter's programs use a map that is no longer
/// pinned: a new, empty map would replace it.
std::vector<InterfaceChange> look_at_all(const std::vector<std::string>& interfaces,
                                         const FilterLoadOptions& options);

/// True if the pin is of a link that no longer holds anything. Throws Error (exists) for the link
/// of another device, which would lose its filter.
bool is_defunct(const FilterPins& pins, const std::filesystem::path& pin);

/// Returns whether the program that runs there is known to use the map.
bool uses_map(const InterfaceChange& change, std::uint32_t map_id);

/// Restores the original state. Adds to `failures` what could not be undone, because one failure
/// must not keep the other interfaces from being restored.
void undo(InterfaceChange& change, std::vector<std::string>& failures);

/// Removes the filter, also one that was there before. Unpins before it detaches, as unloading
/// does.
void take_from(InterfaceChange& change);

/// Throws Error (not_found) if the device is gone.
void check_still_attached(const InterfaceChange& change);

}  // namespace mapctl
