#pragma once
// Taking the filter from interfaces.

#include <string>
#include <vector>

#include "mapctl/filter/pins.hpp"

namespace mapctl {

enum class FilterRules { keep, remove };

/// Detaches from the interfaces and removes the links' pins; the rules and their
/// statistics stay, or their pins go too. An interface is the one that has this
/// name now; the pin of a device that is gone is removed by the name it had.
///
/// Everything is looked at before the first is changed: returns the interfaces
/// that our filter is not on, and if there are any, nothing was done. Throws
/// Error: not_found (no interface and no pin has that name), busy (the rules are
/// to go, and another interface is filtered by them). When the kernel refuses
/// in the middle, details().done tells how many were detached before.
std::vector<std::string> filter_unload(const std::vector<std::string>& interfaces,
                                       const FilterPins& pins,
                                       FilterRules rules = FilterRules::keep);

struct FilterUnloaded {
  std::vector<std::string> interfaces;  ///< detached, or gone
  std::vector<std::string> elsewhere;   ///< still filtered, in other network namespaces
};

/// The same for every interface that the filter has a link on. Links in other network namespaces
/// stay, and with them FilterRules::remove is refused.
FilterUnloaded filter_unload_all(const FilterPins& pins, FilterRules rules = FilterRules::keep);

}  // namespace mapctl
