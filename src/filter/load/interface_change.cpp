#include "filter/load/interface_change.hpp"

#include <bpf/bpf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "filter/objects/maps.hpp"
#include "filter/objects/pins.hpp"
#include "filter/objects/interface.hpp"
#include "filter/objects/xdp_link.hpp"
#include "map/error/kernel_error.hpp"
#include "mapctl/info.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

Error cannot_attach(const std::string& interface, Explanation explanation) {
  return kernel_error(Operation::attach, 0, fmt::format("attach the filter to {}", interface),
                      std::move(explanation));
}

void check_mode(const std::string& interface, std::optional<XdpMode> wanted, XdpMode mode) {
  if (!wanted || *wanted == mode) return;
  throw cannot_attach(interface,
                      {.cause = Cause::exists,
                       .reason = fmt::format("it is attached in {} mode already", name(mode)),
                       .fix = {"unload it first to change the mode"}});
}

/// Opened before anything is replaced: afterwards only an id would be left of it.
Fd open_older_program(const Place& place) {
  const int fd = bpf_prog_get_fd_by_id(place.ours->info.program_id);
  if (fd >= 0) return Fd(fd);
  if (fd == -EPERM) return {};
  throw kernel_error(Operation::open, -fd,
                     fmt::format("replace the filter on {}", place.attached.interface));
}

Place look_at(const std::string& interface, const FilterLoadOptions& options) {
  Place place{.attached = {.interface = interface}, .index = interface_index(interface)};
  place.ours = filter_link_on(options.pins, place.index);
  const std::optional<XdpMode> mode = xdp_mode(place.index);
  // Without a mode, the link was severed since it was looked at.
  if (place.ours && mode) {
    check_mode(interface, options.mode, *mode);
    place.attached.mode = *mode;
    place.pin = place.ours->pin;
    place.is_pinned = true;
    place.older = open_older_program(place);
    return place;
  }
  place.ours.reset();
  place.pin = options.pins.link(interface);
  is_defunct(options.pins, place.pin);
  if (!mode) return place;
  if (options.foreign == ForeignPrograms::refuse)
    throw cannot_attach(interface, explain_occupied(place.index));
  place.foreign = open_replaceable(interface, place.index);
  return place;
}

/// 0 where it cannot be told.
std::uint32_t rules_behind(const PinnedLink& link) {
  const Fd program(bpf_prog_get_fd_by_id(link.info.program_id));
  return program ? rules_of(program_info(program)) : 0;
}

[[noreturn]] void rules_are_not_pinned(const FilterPins& pins, const PinnedLink& link) {
  const std::uint32_t id = rules_behind(link);
  const std::string pin = pins.rules().string();
  const std::string again = id == 0 ? "pin it again: mapctl pin MAP " + pin
                                    : fmt::format("pin it again: mapctl pin id:{} {}", id, pin);
  throw kernel_error(
      Operation::open, 0, "load the filter",
      {.cause = Cause::exists,
       .reason = fmt::format("its map is not pinned any more, and {} is still filtered by it",
                             describe_interface(link)),
       .why = id == 0 ? "a new map would have no rules"
                      : fmt::format("its program still uses map id {}, and a new map would have "
                                    "no rules",
                                    id),
       .fix = {again, "lose its rules: unload the filter first"}});
}

void check_rules_are_pinned(const FilterPins& pins) {
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(pins.rules(), ignored))) return;
  for (const PinnedLink& link : filter_links(pins))
    if (link.place != FilterPlace::gone) rules_are_not_pinned(pins, link);
}

template <typename Step>
void try_to(std::vector<std::string>& failures, Step&& step) {
  try {
    step();
  } catch (const std::exception& error) {
    failures.emplace_back(error.what());
  }
}

}  // namespace

bool is_defunct(const FilterPins& pins, const fs::path& pin) {
  const std::optional<PinnedLink> old = open_filter_link(pins, pin);
  if (!old) return false;
  if (old->place == FilterPlace::gone) return true;
  const bool is_here = old->place == FilterPlace::here;
  const std::string holder = describe_interface(*old);
  throw kernel_error(
      Operation::pin, 0, fmt::format("use {} for the filter's link", pin.string()),
      {.cause = Cause::exists,
       .reason = is_here ? fmt::format("it filters {}, which had this name before", holder)
                         : fmt::format("it filters {}", holder),
       .fix = {is_here ? fmt::format("unload the filter from {} first", holder)
                       : "use another name or directory for this network namespace"}});
}

std::vector<Place> look_at_all(const std::vector<std::string>& interfaces,
                               const FilterLoadOptions& options) {
  check_rules_are_pinned(options.pins);
  std::vector<Place> places;
  for (const std::string& interface : interfaces)
    if (std::ranges::find(places, interface_index(interface), &Place::index) == places.end())
      places.push_back(look_at(interface, options));
  return places;
}

bool uses_map(const Place& place, std::uint32_t map_id) {
  if (!place.ours || !place.older) return false;
  const std::vector<std::uint32_t> used = program_info(place.older).map_ids;
  return std::ranges::find(used, map_id) != used.end();
}

void undo(Place& place, std::vector<std::string>& failures) {
  const std::string& interface = place.attached.interface;
  if (place.link) {
    if (place.is_pinned) try_to(failures, [&] { unpin(place.pin); });
    try_to(failures, [&] { detach_xdp_link(place.link, interface); });
    place.link = Fd{};
    place.is_pinned = false;
  }
  if (std::exchange(place.foreign_is_gone, false))
    try_to(failures, [&] { put_back(*place.foreign, interface, place.index); });
  if (!place.ours) return;
  if (place.is_swapped && place.older)
    try_to(failures, [&] {
      update_xdp_link(place.ours->link, place.older.get(), interface);
      place.is_swapped = false;
    });
  if (!place.is_pinned)
    try_to(failures, [&] {
      pin_xdp_link(place.ours->link, place.pin);
      place.is_pinned = true;
    });
}

void take_from(Place& place) {
  if (place.is_pinned) unpin(place.pin);
  place.is_pinned = false;
  if (place.current_link()) detach_xdp_link(place.current_link(), place.attached.interface);
  if (std::exchange(place.foreign_is_gone, false))
    put_back(*place.foreign, place.attached.interface, place.index);
}

void check_still_attached(const Place& place) {
  if (read_xdp_link(place.current_link()).interface_index != 0) return;
  throw kernel_error(Operation::pin, 0,
                     fmt::format("keep the filter on {}", place.attached.interface),
                     {.cause = Cause::not_found,
                      .reason = "it was removed meanwhile, or its link was severed",
                      .fix = {"run it again with the interfaces that there are"}});
}

}  // namespace mapctl
