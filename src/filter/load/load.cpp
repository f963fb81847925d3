// Loads the filter onto interfaces, all of them or none.

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "filter/load/filter_object.hpp"
#include "filter/load/interface_change.hpp"
#include "filter/objects/foreign.hpp"
#include "filter/objects/interface.hpp"
#include "filter/objects/pins.hpp"
#include "filter/objects/xdp_link.hpp"
#include "map/error/kernel_error.hpp"
#include "mapctl/filter/load.hpp"
#include "mapctl/map.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

/// Attaches in the requested mode, or in the best one that is possible.
Fd attach_somehow(int program, Attached& attached, std::optional<XdpMode> mode) {
  attached.mode = mode.value_or(XdpMode::native);
  try {
    return attach_xdp(program, attached.interface, attached.mode);
  } catch (const Error& error) {
    if (mode || error.cause() != Cause::unsupported) throw;
    attached.native_refusal = error.details().reason;
  }
  attached.mode = XdpMode::skb;
  return attach_xdp(program, attached.interface, attached.mode);
}

/// If another program was attached since the interface was read, the error names it.
Fd attach_to(InterfaceChange& change, int program, std::optional<XdpMode> mode) {
  try {
    return attach_somehow(program, change.attached, mode);
  } catch (const Error& error) {
    if (error.cause() != Cause::exists) throw;
    throw kernel_error(Operation::attach, error.error_number(), error.details().attempt,
                       explain_occupied(change.index));
  }
}

/// All interfaces run the same program.
PacketBuffers buffers_of(const std::vector<InterfaceChange>& changes) {
  const bool are_large = std::ranges::any_of(changes, [](const InterfaceChange& change) {
    return has_large_packets(change.attached.interface);
  });
  return are_large ? PacketBuffers::several : PacketBuffers::one;
}

Error needs_older_program(const std::string& interface) {
  Explanation explanation =
      needs_capability("keeping the older program to go back to", "CAP_SYS_ADMIN");
  explanation.why = "another interface is to follow, and may refuse";
  explanation.fix.push_back("load the filter on one interface at a time");
  return kernel_error(Operation::open, EPERM, fmt::format("replace the filter on {}", interface),
                      std::move(explanation));
}

/// Adds to the original failure what could not be undone after it.
void add_what_is_left(Error& error, const std::vector<std::string>& failures) {
  for (const std::string& failure : failures) error.enrich({.also = "and then: " + failure});
}

}  // namespace

FilterLoad::FilterLoad(const std::vector<std::string>& interfaces, FilterLoadOptions options)
    : options_(std::move(options)),
      lock_(lock_filter_directory(options_.pins.directory(), options_.keep_waiting)),
      changes_(look_at_all(interfaces, options_)),
      program_(std::make_unique<FilterObject>(options_, buffers_of(changes_))) {}

FilterLoad::~FilterLoad() {
  try {
    undo();
  } catch (...) {
  }
}

Map& FilterLoad::rules() { return program_->rules(); }

bool FilterLoad::made_rules() const { return program_->made_rules(); }

std::optional<std::size_t> FilterLoad::taken_over() const { return program_->taken_over(); }

bool FilterLoad::is_reload() const {
  const std::uint32_t rules = program_->rules().info().id;
  return std::ranges::all_of(
      changes_, [rules](const InterfaceChange& change) { return uses_map(change, rules); });
}

void FilterLoad::hold() {
  is_held_ = true;
  for (InterfaceChange& change : changes_) {
    if (!change.is_pinned) continue;
    unpin(change.pin);
    change.is_pinned = false;
  }
}

void FilterLoad::pin(InterfaceChange& change) {
  if (change.is_pinned) return;
  if (is_defunct(options_.pins, change.pin)) unpin(change.pin);
  pin_xdp_link(change.current_link(), change.pin);
  change.is_pinned = true;
}

void FilterLoad::attach_new(InterfaceChange& change) {
  if (change.foreign) {
    detach_foreign(*change.foreign);
    change.attached.foreign = change.foreign->program;
  }
  change.link = attach_to(change, program_->fd(), options_.mode);
  if (!is_held_) pin(change);
}

void FilterLoad::swap(InterfaceChange& change, bool is_last) {
  if (!is_last && !change.older) throw needs_older_program(change.attached.interface);
  update_xdp_link(change.ours->link, program_->fd(), change.attached.interface);
  change.attached.replaced = true;
}

/// Interfaces that are already filtered come last: the last swap of a program needs no way back,
/// because nothing that could fail follows here.
const std::vector<Attached>& FilterLoad::attach() {
  std::vector<InterfaceChange*> ours;
  try {
    for (InterfaceChange& change : changes_) {
      if (change.ours)
        ours.push_back(&change);
      else
        attach_new(change);
    }
    for (InterfaceChange* const change : ours) swap(*change, change == ours.back());
  } catch (Error& error) {
    add_what_is_left(error, undo());
    throw;
  }
  for (const InterfaceChange& change : changes_) attached_.push_back(change.attached);
  if (is_held_) lock_ = Fd{};
  return attached_;
}

/// Rules that were only held must not stay without their pins.
void FilterLoad::keep() try {
  if (!lock_) lock_ = lock_filter_directory(options_.pins.directory(), options_.keep_waiting);
  if (!program_->maps_are_pinned())
    throw kernel_error(Operation::pin, EBUSY, "keep the filter",
                       {.cause = Cause::busy,
                        .reason = fmt::format("{} was removed or replaced meanwhile",
                                              options_.pins.rules().string()),
                        .fix = {"run it again"}});
  for (const InterfaceChange& change : changes_) check_still_attached(change);
  for (InterfaceChange& change : changes_) pin(change);
  changes_.clear();
  program_->keep_maps();
} catch (Error& error) {
  if (!is_held_) add_what_is_left(error, undo());
  if (!is_held_) throw;
  try {
    detach();
  } catch (const Error& left) {
    add_what_is_left(error, {left.what()});
  }
  throw error;
}

std::vector<std::string> FilterLoad::undo() {
  std::vector<std::string> failures;
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change)
    mapctl::undo(*change, failures);
  return failures;
}

/// Detaches the links before it waits for the lock, which others may hold for long. Maps that
/// others may use by now stay.
void FilterLoad::detach() {
  std::exception_ptr failure;
  for (InterfaceChange& change : changes_) try {
      take_from(change);
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  changes_.clear();
  if (failure) std::rethrow_exception(failure);
  try {
    if (!lock_) lock_ = lock_filter_directory(options_.pins.directory(), options_.keep_waiting);
    if (!filter_links(options_.pins).empty()) program_->keep_maps();
  } catch (...) {
    program_->keep_maps();
    throw;
  }
}

std::vector<Attached> filter_load(const std::vector<std::string>& interfaces,
                                  const FilterLoadOptions& options) {
  FilterLoad load(interfaces, options);
  std::vector<Attached> attached = load.attach();
  load.keep();
  return attached;
}

}  // namespace mapctl
