#pragma once
// The bundled XDP filter: loading, attaching, removing it, and what it has seen.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mapctl {

/// Where the program runs: in the driver, or in the generic path that every
/// interface has (slower, after the skb is built).
enum class XdpMode { native, skb };

std::string_view name(XdpMode mode);

struct FilterLoadOptions {
  std::filesystem::path directory = "/sys/fs/bpf";  ///< a bpffs; pins filter_map, filter_stats, filter_link_IFACE
  std::optional<XdpMode> mode{};                    ///< nullopt: native, else skb, reported in Attached
  std::uint32_t max_entries = 16384;                ///< of a new map; an existing one keeps its own
};

struct Attached {
  std::string interface;
  XdpMode mode = XdpMode::native;
  std::string native_refusal{};  ///< why native was not possible, where skb was chosen instead
  bool replaced = false;         ///< our own older program was swapped under the same link
};

/// Makes sure the pinned map exists and attaches the program to each interface
/// through a pinned bpf_link, so that it outlives the process (Linux 5.9). A map
/// that is there already is reused with its rules, or refused if its shape
/// differs. An interface already filtered by us gets the new program under the
/// same link. All or nothing: when one interface fails, those attached by this
/// call are detached again. Throws Error: not_found (interface), exists (another
/// program is attached; it is named), not_bpffs, permission.
std::vector<Attached> filter_load(const std::vector<std::string>& interfaces,
                                  const FilterLoadOptions& options);

/// Detaches from the interface and removes the link's pin; the rules stay.
/// False where our filter was not on it. The interface is the one that has this
/// name now; the pin of a device that is gone is removed by the name it had.
bool filter_unload(const std::string& interface, const std::filesystem::path& directory);

/// Removes the pins of the map and its statistics, and those of links whose
/// device is gone. Refuses (Cause::busy) while an interface is still filtered
/// through them.
void filter_purge(const std::filesystem::path& directory);

/// Why packets passed or were dropped, in the order of the statistics map.
enum class FilterVerdict {
  pass_default,
  pass_rule,
  drop_rule,
  drop_default,
  non_ip,
  arp_nd,
  malformed,
  unparsed,
  fragment,
  bad_rule,
};
inline constexpr std::size_t filter_verdict_count = 10;

std::string_view name(FilterVerdict verdict);

struct FilterTotals {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};

struct FilterLink {
  std::string interface;  ///< by its present name; empty where the device is gone
  std::string pin;
  XdpMode mode = XdpMode::native;
  std::uint32_t link_id = 0;
  std::uint32_t program_id = 0;
  bool uses_pinned_map = false;  ///< false: rules put into filter_map do nothing here
  bool defunct = false;          ///< the device is gone or the link was severed
};

struct FilterStatus {
  std::vector<FilterLink> links;
  std::uint32_t map_id = 0;  ///< 0: no pinned map
  std::uint32_t max_entries = 0;
  std::size_t rules = 0;
  std::string default_action;  ///< "pass" where no default rule exists
  std::array<FilterTotals, filter_verdict_count> totals{};
};

FilterStatus filter_status(const std::filesystem::path& directory);

}  // namespace mapctl
