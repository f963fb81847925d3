// Loading the filter onto interfaces, all of them or none.

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "filter/load/filter_object.hpp"
#include "filter/objects/foreign.hpp"
#include "filter/load/interface_change.hpp"
#include "filter/objects/links.hpp"
#include "filter/objects/pins.hpp"
#include "filter/objects/interface.hpp"
#include "filter/objects/xdp_link.hpp"
#include "map/error/kernel_error.hpp"
#include "mapctl/filter/filter.hpp"
#include "mapctl/map.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

/// In the mode that was asked for, or the best that there is.
Fd attach(int program, Attached& attached, std::optional<XdpMode> mode) {
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

/// One program runs on all of them.
PacketBuffers buffers_of(const std::vector<Place>& places) {
  const bool are_large = std::ranges::any_of(
      places, [](const Place& place) { return has_large_packets(place.attached.interface); });
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

/// The failure that led there is the one to be told; with it, what could not be undone.
Error with_what_is_left(const Error& error, const std::vector<std::string>& failures) {
  Error::Details details = error.details();
  for (const std::string& failure : failures) {
    if (!details.why.empty()) details.why += "; ";
    details.why += "and then: " + failure;
  }
  return Error(std::move(details));
}

}  // namespace

class FilterLoad::State {
 public:
  State(const std::vector<std::string>& interfaces, FilterLoadOptions options);
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();

  FilterObject& program() { return program_; }
  bool is_reload() {
    const std::uint32_t rules = program_.rules().info().id;
    return std::ranges::all_of(places_,
                               [rules](const Place& place) { return uses_map(place, rules); });
  }
  void hold();
  const std::vector<Attached>& attach();
  void keep();
  void detach();

 private:
  void attach_new(Place& place);
  void swap(Place& place, bool is_last);
  void pin(Place& place);
  std::vector<std::string> undo();

  FilterLoadOptions options_;
  Fd lock_;
  std::vector<Place> places_;
  FilterObject program_;
  std::vector<Attached> attached_{};
  bool is_held_ = false;
};

FilterLoad::State::State(const std::vector<std::string>& interfaces, FilterLoadOptions options)
    : options_(std::move(options)),
      lock_(lock_filter_directory(options_.pins.directory())),
      places_(look_at_all(interfaces, options_)),
      program_(options_, buffers_of(places_)) {}

FilterLoad::State::~State() {
  try {
    undo();
  } catch (...) {
  }
}

void FilterLoad::State::hold() {
  is_held_ = true;
  for (Place& place : places_) {
    if (!place.is_pinned) continue;
    unpin(place.pin);
    place.is_pinned = false;
  }
}

void FilterLoad::State::pin(Place& place) {
  if (place.is_pinned) return;
  if (is_defunct(options_.pins, place.pin)) unpin(place.pin);
  pin_xdp_link(place.current_link(), place.pin);
  place.is_pinned = true;
}

void FilterLoad::State::attach_new(Place& place) {
  if (place.foreign) {
    detach_foreign(*place.foreign, place.attached.interface, place.index);
    place.foreign_is_gone = true;
    place.attached.foreign = place.foreign->program;
  }
  place.link = mapctl::attach(program_.fd(), place.attached, options_.mode);
  if (!is_held_) pin(place);
}

void FilterLoad::State::swap(Place& place, bool is_last) {
  if (!is_last && !place.older) throw needs_older_program(place.attached.interface);
  update_xdp_link(place.ours->link, program_.fd(), place.attached.interface);
  place.is_swapped = true;
  place.attached.replaced = true;
}

/// Interfaces that are filtered already come last: swapping the last program needs nothing to go
/// back to, since nothing follows here that could fail.
const std::vector<Attached>& FilterLoad::State::attach() {
  std::vector<Place*> ours;
  try {
    for (Place& place : places_) {
      if (place.ours)
        ours.push_back(&place);
      else
        attach_new(place);
    }
    for (Place* const place : ours) swap(*place, place == ours.back());
  } catch (const Error& error) {
    throw with_what_is_left(error, undo());
  }
  for (const Place& place : places_) attached_.push_back(place.attached);
  if (is_held_) lock_ = Fd{};
  return attached_;
}

/// Rules that were only held must not stay without their pins.
void FilterLoad::State::keep() try {
  if (!lock_) lock_ = lock_filter_directory(options_.pins.directory());
  if (!program_.maps_are_pinned())
    throw kernel_error(Operation::pin, EBUSY, "keep the filter",
                       {.cause = Cause::busy,
                        .reason = fmt::format("{} was removed or replaced meanwhile",
                                              options_.pins.rules().string()),
                        .fix = {"run it again"}});
  for (const Place& place : places_) check_still_attached(place);
  for (Place& place : places_) pin(place);
  places_.clear();
  program_.keep_maps();
} catch (const Error& error) {
  if (!is_held_) throw;
  std::vector<std::string> failures;
  try {
    detach();
  } catch (const Error& left) {
    failures.emplace_back(left.what());
  }
  throw with_what_is_left(error, failures);
}

std::vector<std::string> FilterLoad::State::undo() {
  std::vector<std::string> failures;
  for (auto place = places_.rbegin(); place != places_.rend(); ++place)
    mapctl::undo(*place, failures);
  return failures;
}

/// The links come first: whoever has the lock may take long.
void FilterLoad::State::detach() {
  std::exception_ptr failure;
  for (Place& place : places_) try {
      take_from(place);
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  places_.clear();
  if (failure) std::rethrow_exception(failure);
  if (!lock_) lock_ = lock_filter_directory(options_.pins.directory());
  if (!filter_links(options_.pins).empty()) program_.keep_maps();
}

FilterLoad::FilterLoad(const std::vector<std::string>& interfaces, FilterLoadOptions options) {
  check_filter_directory(options.pins.directory());
  for (const std::string& interface : interfaces) interface_index(interface);
  state_ = std::make_unique<State>(interfaces, std::move(options));
}

FilterLoad::~FilterLoad() = default;

Map& FilterLoad::rules() { return state_->program().rules(); }

bool FilterLoad::made_rules() const { return state_->program().made_rules(); }

bool FilterLoad::is_reload() const { return state_->is_reload(); }

void FilterLoad::hold() { state_->hold(); }

const std::vector<Attached>& FilterLoad::attach() { return state_->attach(); }

void FilterLoad::keep() { state_->keep(); }

void FilterLoad::detach() { state_->detach(); }

std::vector<Attached> filter_load(const std::vector<std::string>& interfaces,
                                  const FilterLoadOptions& options) {
  FilterLoad load(interfaces, options);
  const std::vector<Attached> attached = load.attach();
  load.keep();
  return attached;
}

}  // namespace mapctl
