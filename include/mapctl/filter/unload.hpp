#pragma once
// Taking the filter from interfaces.

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "mapctl/filter/pins.hpp"

namespace mapctl {

enum class FilterRules { keep, remove };

/// Detaches from the interfaces and removes the links' pins; keeps the pins of the rules and their
/// statistics, or removes them, too. An interface is the one that has this name now; the pin of a
/// device that is gone is removed by the name it had.
///
/// Checks everything before the first change. Returns the interfaces that our filter is not on; if
/// there are any, nothing was done. Throws Error: not_found (no interface and no pin has that
/// name), busy (the rules are to go, and another interface is filtered by them). If the kernel
/// refuses in the middle, details().done is the number of interfaces detached before. keep_waiting
/// is asked as that of FilterLoadOptions is.
std::vector<std::string> filter_unload(const std::vector<std::string>& interfaces,
                                       const FilterPins& pins,
                                       FilterRules rules = FilterRules::keep,
                                       std::function<bool(pid_t)> keep_waiting = {});

struct FilterUnloaded {
  std::vector<std::string> interfaces;  ///< detached, or gone
  std::vector<std::string> elsewhere;   ///< still filtered, in other network namespaces
};

/// Unloads the filter from every interface that it has a link on. Links in other network namespaces
/// stay, and while there are any, FilterRules::remove is refused.
FilterUnloaded filter_unload_all(const FilterPins& pins, FilterRules rules = FilterRules::keep,
                                 std::function<bool(pid_t)> keep_waiting = {});

}  // namespace mapctl
