#include "filter/load/interface_change.hpp"

#include <bpf/bpf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "filter/objects/interface.hpp"
#include "filter/objects/maps.hpp"
#include "filter/objects/pins.hpp"
#include "filter/objects/xdp_link.hpp"
#include "map/error/kernel_error.hpp"
#include "map/pin_open.hpp"
#include "mapctl/info.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

Error cannot_attach(const std::string& interface, Explanation explanation) {
  return kernel_error(Operation::attach, 0, fmt::format("attach the filter to {}", interface),
                      std::move(explanation));
}

/// Opens the program before anything is replaced: afterwards only its id would be left.
Fd open_older_program(const InterfaceChange& change) {
  const int fd = bpf_prog_get_fd_by_id(change.ours->info.program_id);
  if (fd >= 0) return Fd(fd);
  if (fd == -EPERM) return {};
  throw kernel_error(Operation::open, -fd,
                     fmt::format("replace the filter on {}", change.attached.interface));
}

void look_at(InterfaceChange& change, const FilterLoadOptions& options) {
  const std::string& interface = change.attached.interface;
  change.ours = filter_link_on(options.pins, change.index);
  const std::optional<XdpState> state = xdp_state(change.index);
  // No state means that the link was severed after it was read.
  if (change.ours && state) {
    if (options.mode.value_or(*state->mode) != *state->mode)
      throw cannot_attach(interface, {.cause = Cause::exists,
                                      .reason = fmt::format("it is attached in {} mode already",
                                                            name(*state->mode)),
                                      .fix = {"unload it first to change the mode"}});
    change.attached.mode = *state->mode;
    change.pin = change.ours->pin;
    change.is_pinned = true;
    change.older = open_older_program(change);
    return;
  }
  change.ours.reset();
  change.pin = options.pins.link(interface);
  is_defunct(options.pins, change.pin);
  if (state && options.foreign == ForeignPrograms::refuse)
    throw cannot_attach(interface, explain_occupied(change.index));
  change.foreign = open_replaceable(interface, change.index);
}

[[noreturn]] void rules_are_not_pinned(const FilterPins& pins, const PinnedLink& link) {
  const Fd program(bpf_prog_get_fd_by_id(link.info.program_id));
  const std::uint32_t id = program ? rules_of(program_info(program)) : 0;
  const std::string map = id == 0 ? "MAP" : fmt::format("id:{}", id);
  throw kernel_error(
      Operation::open, 0, "load the filter",
      {.cause = Cause::exists,
       .reason = fmt::format("its map is not pinned any more, and {} is still filtered by it",
                             describe_interface(link)),
       .why = id == 0 ? "a new map would have no rules"
                      : fmt::format("its program still uses map id {}, and a new map would have "
                                    "no rules",
                                    id),
       .fix = {{"pin it again", Remedy::pin_map, {map, pins.rules().string()}},
               "lose its rules: unload the filter first"}});
}

void check_rules_are_pinned(const FilterPins& pins) {
  if (is_pinned(pins.rules())) return;
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

std::vector<InterfaceChange> look_at_all(const std::vector<std::string>& interfaces,
                                         const FilterLoadOptions& options) {
  std::vector<InterfaceChange> changes;
  for (const std::string& interface : interfaces) {
    const std::uint32_t index = interface_index(interface);
    if (std::ranges::find(changes, index, &InterfaceChange::index) == changes.end())
      changes.push_back({.attached = {.interface = interface}, .index = index});
  }
  check_rules_are_pinned(options.pins);
  for (InterfaceChange& change : changes) look_at(change, options);
  return changes;
}

bool uses_map(const InterfaceChange& change, std::uint32_t map_id) {
  if (!change.ours || !change.older) return false;
  return program_info(change.older).uses(map_id);
}

void undo(InterfaceChange& change, std::vector<std::string>& failures) {
  const std::string& interface = change.attached.interface;
  if (change.link) {
    if (change.is_pinned) try_to(failures, [&] { unpin(change.pin); });
    try_to(failures, [&] { detach_xdp_link(change.link, interface); });
    change.link = Fd{};
    change.is_pinned = false;
  }
  if (std::exchange(change.attached.foreign, std::nullopt))
    try_to(failures, [&] { put_back(*change.foreign); });
  if (!change.ours) return;
  if (change.attached.replaced)
    try_to(failures, [&] {
      if (!change.older)
        throw kernel_error(Operation::attach, EPERM,
                           fmt::format("go back to the older program on {}", interface),
                           needs_capability("opening it", "CAP_SYS_ADMIN"));
      update_xdp_link(change.ours->link, change.older.get(), interface);
      change.attached.replaced = false;
    });
  if (!change.is_pinned)
    try_to(failures, [&] {
      pin_xdp_link(change.ours->link, change.pin);
      change.is_pinned = true;
    });
}

void take_from(InterfaceChange& change) {
  if (change.is_pinned) unpin(change.pin);
  change.is_pinned = false;
  if (change.current_link()) detach_xdp_link(change.current_link(), change.attached.interface);
  if (std::exchange(change.attached.foreign, std::nullopt)) put_back(*change.foreign);
}

void check_still_attached(const InterfaceChange& change) {
  if (read_xdp_link(change.current_link()).interface_index != 0) return;
  throw kernel_error(Operation::pin, 0,
                     fmt::format("keep the filter on {}", change.attached.interface),
                     {.cause = Cause::not_found,
                      .reason = "it was removed meanwhile, or its link was severed",
                      .fix = {"run it again with the interfaces that there are"}});
}

}  // namespace mapctl
