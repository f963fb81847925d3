// Loading the filter onto interfaces, all of them or none.

#include <bpf/bpf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "filter/filter_links.hpp"
#include "filter/filter_object.hpp"
#include "filter/filter_pins.hpp"
#include "filter/foreign_program.hpp"
#include "filter/interface.hpp"
#include "filter/xdp_link.hpp"
#include "kernel_error.hpp"
#include "mapctl/filter.hpp"
#include "mapctl/map.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

/// What is there at first on one interface, and what was made of it.
struct Place {
  Attached attached;
  std::uint32_t index;
  fs::path pin;                    ///< of the link, there or to be
  std::optional<PinnedLink> ours;  ///< a link that the filter has there already
  Fd older;                        ///< its program, to go back to
  std::optional<ReplaceableProgram> foreign;

  Fd link;  ///< a new one
  bool is_pinned = false;
  bool is_swapped = false;       ///< the program under our link
  bool foreign_is_gone = false;  ///< replaced

  const Fd& current_link() const { return ours ? ours->link : link; }
};

/// One that fails must not keep the others from being undone; the failure that
/// led here is the one to be told.
template <typename Step>
void try_to(Step&& step) noexcept {
  try {
    step();
  } catch (...) {
  }
}

Error cannot_attach(const std::string& interface, Explanation explanation) {
  return kernel_error(Operation::attach, 0, fmt::format("attach the filter to {}", interface),
                      std::move(explanation));
}

/// Whether a link that holds nothing any more has the pin. One of another device stays: that
/// would be filtered no longer.
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

void check_mode(const std::string& interface, std::optional<XdpMode> wanted, XdpMode mode) {
  if (!wanted || *wanted == mode) return;
  throw cannot_attach(interface,
                      {.cause = Cause::exists,
                       .reason = fmt::format("it is attached in {} mode already", name(mode)),
                       .fix = {"unload it first to change the mode"}});
}

/// Looks, and changes nothing.
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

std::vector<Place> look_at_all(const std::vector<std::string>& interfaces,
                               const FilterLoadOptions& options) {
  std::vector<Place> places;
  for (const std::string& interface : interfaces)
    if (std::ranges::find(places, interface_index(interface), &Place::index) == places.end())
      places.push_back(look_at(interface, options));
  return places;
}

/// Opened before anything is replaced: afterwards only an id would be left of it.
Fd open_older_program(const Place& place) {
  const int fd = bpf_prog_get_fd_by_id(place.ours->info.program_id);
  if (fd >= 0) return Fd(fd);
  const std::string& interface = place.attached.interface;
  const std::string attempt = fmt::format("replace the filter on {}", interface);
  if (fd != -EPERM) throw kernel_error(Operation::open, -fd, attempt);
  Explanation explanation =
      needs_capability("keeping the older program to go back to", "CAP_SYS_ADMIN");
  explanation.why = "another interface is to follow, and may refuse";
  explanation.fix.push_back("load the filter on one interface at a time");
  throw kernel_error(Operation::open, EPERM, attempt, std::move(explanation));
}

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

}  // namespace

class FilterLoad::State {
 public:
  State(const std::vector<std::string>& interfaces, FilterLoadOptions options);
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();

  FilterObject& program() { return program_; }
  bool is_reload() const {
    return std::ranges::all_of(places_, [](const Place& place) { return place.ours.has_value(); });
  }
  void hold();
  const std::vector<Attached>& attach();
  void keep();
  void detach();

 private:
  void attach_new(Place& place);
  void swap(Place& place, bool is_last);
  void pin(Place& place);
  void undo();
  static void undo(Place& place);
  static void take_from(Place& place);

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

FilterLoad::State::~State() { undo(); }

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
  if (!is_last) place.older = open_older_program(place);
  update_xdp_link(place.ours->link, program_.fd(), place.attached.interface);
  place.is_swapped = true;
  place.attached.replaced = true;
}

/// Interfaces that are filtered already come last: swapping the last program needs nothing to go
/// back to, since nothing follows that could fail.
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
  } catch (...) {
    undo();
    throw;
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
  for (Place& place : places_) pin(place);
  places_.clear();
  program_.keep_maps();
} catch (...) {
  if (is_held_) try_to([&] { detach(); });
  throw;
}

void FilterLoad::State::undo(Place& place) {
  if (place.link) {
    if (place.is_pinned) try_to([&] { unpin(place.pin); });
    try_to([&] { detach_xdp_link(place.link, place.attached.interface); });
    place.link = Fd{};
    place.is_pinned = false;
  }
  if (std::exchange(place.foreign_is_gone, false))
    try_to([&] { put_back(*place.foreign, place.attached.interface, place.index); });
  if (!place.ours) return;
  if (place.is_swapped && place.older)
    try_to([&] {
      update_xdp_link(place.ours->link, place.older.get(), place.attached.interface);
      place.is_swapped = false;
    });
  if (!place.is_pinned)
    try_to([&] {
      pin_xdp_link(place.ours->link, place.pin);
      place.is_pinned = true;
    });
}

void FilterLoad::State::undo() {
  for (auto place = places_.rbegin(); place != places_.rend(); ++place) undo(*place);
}

void FilterLoad::State::take_from(Place& place) {
  if (place.is_pinned) unpin(place.pin);
  place.is_pinned = false;
  if (place.current_link()) detach_xdp_link(place.current_link(), place.attached.interface);
  if (std::exchange(place.foreign_is_gone, false))
    put_back(*place.foreign, place.attached.interface, place.index);
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
