#pragma once
// The interfaces that the filter runs on, and its counters.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/filter/pins.hpp"
#include "mapctl/filter/verdict.hpp"
#include "mapctl/filter/xdp_mode.hpp"
#include "mapctl/info.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

struct FilterTotals {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};

/// Totals by verdict, in the order of FilterVerdict.
using VerdictTotals = std::array<FilterTotals, filter_verdict_count>;

/// The filter's counters, one element for each of possible_cpus(), in that order; empty if it has
/// no statistics. Throws as filter_status() does.
std::vector<VerdictTotals> verdict_totals(const FilterPins& pins);

/// Adds the counters of all CPUs.
VerdictTotals sum(const std::vector<VerdictTotals>& cpus);

struct FilterLink {
  /// Its present name; if it is not in this network namespace, its name at the time of the load.
  std::string interface;
  FilterPlace place = FilterPlace::here;
  std::string pin;
  std::optional<XdpMode> mode{};  ///< known only if the interface is in this namespace
  std::uint32_t link_id = 0;
  std::uint32_t program_id = 0;
  /// Nullopt without CAP_SYS_ADMIN, and for a device that is gone.
  std::optional<ProgramInfo> program{};
  /// False: rules put into filter_map have no effect there. Nullopt if unknown: without
  /// CAP_SYS_ADMIN, and if the program was replaced in this moment.
  std::optional<bool> uses_pinned_map{};
  /// False: FilterStatus::totals lacks its counts. Nullopt for the same reasons as uses_pinned_map.
  std::optional<bool> uses_pinned_statistics{};
  /// The map with the rules that its program uses; 0 if unknown.
  std::uint32_t map_id = 0;
  /// True if it looks up rules by destination; nullopt for the same reasons as uses_pinned_map, and
  /// for a program that cannot.
  std::optional<bool> destinations{};
  /// FilterLoadOptions::replies and ::established of its load; nullopt likewise.
  std::optional<bool> replies{};
  std::optional<bool> established{};
};

struct FilterStatus {
  std::vector<FilterLink> links;
  /// Pins of links that the caller may not write to, which the kernel then does not open.
  std::vector<std::string> closed_links{};
  std::uint32_t map_id = 0;         ///< 0: no pinned map
  std::uint32_t statistics_id = 0;  ///< 0: none are pinned
  std::uint32_t max_entries = 0;
  std::size_t rules = 0;
  std::size_t bad_rules = 0;          ///< those whose action is neither drop nor pass
  std::size_t destination_rules = 0;  ///< see FilterLink::destinations
  std::string default_action;         ///< "pass" where no default rule exists
  /// Programs that use the pinned map; nullopt without CAP_SYS_ADMIN.
  std::optional<std::size_t> programs{};
  std::vector<VerdictTotals> cpus{};  ///< as verdict_totals() has them
  VerdictTotals totals{};
};

/// Returns only the interfaces of FilterStatus, and reads no rules.
std::vector<FilterLink> filter_interfaces(const FilterPins& pins);

/// Reads what is pinned; the pins of the maps must be readable. Throws Error: exists (other
/// maps are pinned under these names), not_bpffs, permission.
FilterStatus filter_status(const FilterPins& pins);

/// Returns whether the program was loaded to look up rules by destination; nullopt for a program
/// that cannot, and without CAP_SYS_ADMIN.
std::optional<bool> uses_destinations(const ProgramInfo& program);

/// Returns whether packets that no rule is about are dropped.
bool drops_by_default(const Map& rules);

/// Counts the rules by destination in a filter's map.
std::size_t count_destination_rules(const Map& rules);

}  // namespace mapctl
