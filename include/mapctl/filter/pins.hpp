#pragma once
// The places where a filter's rules, statistics and links are pinned.

#include <filesystem>
#include <string>
#include <string_view>

#include "mapctl/pin_owner.hpp"

namespace mapctl {

/// The places of one filter's pins. A host can have several filters, by name: each has rules,
/// statistics and links of its own.
class FilterPins {
 public:
  /// The directory is on a bpffs. The name consists of letters, digits, `-` and `_`, without
  /// "_link"; any other throws BadInput. Pins of other owners are refused: Cause::permission.
  FilterPins(std::filesystem::path directory = "/sys/fs/bpf", std::string name = "filter",
             PinOwner owner = PinOwner::trusted);

  const std::filesystem::path& directory() const noexcept { return directory_; }
  const std::string& name() const noexcept { return name_; }
  PinOwner owner() const noexcept { return owner_; }

  std::filesystem::path rules() const;       ///< NAME_map
  std::filesystem::path statistics() const;  ///< NAME_stats
  /// NAME_link_IFACE. A pin's name cannot hold a dot, so `.` in the name of an
  /// interface is written %2E, and `%` %25.
  std::filesystem::path link(const std::string& interface) const;

 private:
  std::filesystem::path directory_;
  std::string name_;
  PinOwner owner_;
};

/// The place of a link's interface, as seen from this network namespace.
enum class FilterPlace {
  here,
  other_namespace,
  gone,  ///< the device was removed, or the link was severed
};

constexpr std::string_view name(FilterPlace place) {
  constexpr std::string_view names[] = {"here", "other_namespace", "gone"};
  return names[static_cast<int>(place)];
}

}  // namespace mapctl
