// Unloads the filter: every check comes before the first change.

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>

#include "filter/objects/interface.hpp"
#include "filter/objects/maps.hpp"
#include "filter/objects/pins.hpp"
#include "map/error/kernel_error.hpp"
#include "mapctl/filter/unload.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

/// The link on the interface of that name, or the link that a removed device left under that name;
/// nullopt if there is none.
std::optional<PinnedLink> link_of(const std::string& interface, const FilterPins& pins) {
  const std::uint32_t index = if_nametoindex(interface.c_str());
  if (index == 0) throw_shortage(errno, fmt::format("find the interface {}", interface));
  if (index != 0)
    if (std::optional<PinnedLink> link = filter_link_on(pins, index)) return link;
  std::optional<PinnedLink> left = open_filter_link(pins, pins.link(interface));
  if (left && left->place == FilterPlace::gone) return left;
  if (index == 0) throw no_such_interface(interface);
  return std::nullopt;
}

bool contains(const std::vector<PinnedLink>& links, const fs::path& pin) {
  return std::ranges::find(links, pin, &PinnedLink::pin) != links.end();
}

[[noreturn]] void still_filtered(const PinnedLink& link) {
  const bool is_here = link.place == FilterPlace::here;
  throw kernel_error(
      Operation::unpin, EBUSY, "remove the filter's rules",
      {.cause = Cause::busy,
       .reason = fmt::format("{} is still filtered by them", describe_interface(link)),
       .why = is_here ? "" : fmt::format("it was {} when it was loaded", link.interface),
       .fix = {is_here ? "unload the filter from every interface first"
                       : "unload the filter in that network namespace first"}});
}

/// The pins of the rules, and of links that no longer hold anything. Refuses while an interface
/// other than those of `links` is filtered, and if others have pinned something else there.
std::vector<fs::path> pins_to_purge(const FilterPins& filter,
                                    const std::vector<PinnedLink>& links) {
  std::vector<fs::path> pins;
  for (const PinnedLink& link : filter_links(filter)) {
    if (contains(links, link.pin)) continue;
    if (link.place != FilterPlace::gone) still_filtered(link);
    pins.push_back(link.pin);
  }
  if (open_filter_rules(filter)) pins.push_back(filter.rules());
  if (open_filter_statistics(filter)) pins.push_back(filter.statistics());
  return pins;
}

/// Unpins before it detaches: if the pin may not be removed, nothing has happened. If the process
/// is killed in between, the kernel detaches the link with its last descriptor, which is ours.
void remove_all(const std::vector<PinnedLink>& links, const FilterPins& filter, FilterRules rules) {
  std::vector<fs::path> pins;
  if (rules == FilterRules::remove) pins = pins_to_purge(filter, links);
  std::vector<std::string> unloaded;
  try {
    for (const PinnedLink& link : links) {
      unpin(link.pin);
      detach_xdp_link(link.link, link.pin.string());
      unloaded.push_back(link.interface);
    }
    for (const fs::path& pin : pins) unpin(pin);
  } catch (Error& error) {
    if (!unloaded.empty())
      error.enrich(
          {.also = fmt::format("the filter was unloaded from {} before", fmt::join(unloaded, ", ")),
           .done = unloaded.size()});
    throw;
  }
}

}  // namespace

std::vector<std::string> filter_unload(const std::vector<std::string>& interfaces,
                                       const FilterPins& pins, FilterRules rules,
                                       std::function<bool(pid_t)> keep_waiting) {
  const Fd lock = lock_filter_directory(pins.directory(), std::move(keep_waiting));
  std::vector<PinnedLink> links;
  std::vector<std::string> unfiltered;
  for (const std::string& interface : interfaces) {
    std::optional<PinnedLink> link = link_of(interface, pins);
    if (!link)
      unfiltered.push_back(interface);
    else if (!contains(links, link->pin))
      links.push_back(*std::move(link));
  }
  if (!unfiltered.empty()) return unfiltered;
  remove_all(links, pins, rules);
  return {};
}

FilterUnloaded filter_unload_all(const FilterPins& pins, FilterRules rules,
                                 std::function<bool(pid_t)> keep_waiting) {
  const Fd lock = lock_filter_directory(pins.directory(), std::move(keep_waiting));
  std::vector<PinnedLink> links;
  FilterUnloaded result;
  for (PinnedLink& link : filter_links(pins)) {
    const bool is_elsewhere = link.place == FilterPlace::other_namespace;
    (is_elsewhere ? result.elsewhere : result.interfaces).push_back(link.interface);
    if (!is_elsewhere) links.push_back(std::move(link));
  }
  remove_all(links, pins, rules);
  return result;
}

}  // namespace mapctl
