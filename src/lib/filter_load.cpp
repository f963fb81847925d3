// Loading the filter onto interfaces, all of them or none.

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>

#include <cerrno>
#include <functional>
#include <memory>

#include "filter.h"
#include "filter.skel.h"
#include "filter_links.hpp"
#include "filter_pins.hpp"
#include "kernel_error.hpp"
#include "libbpf_log.hpp"
#include "mapctl/filter.hpp"
#include "mapctl/map.hpp"
#include "mapctl/pin.hpp"
#include "xdp_link.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

struct DestroySkeleton {
  void operator()(filter_bpf* skeleton) const { filter_bpf::destroy(skeleton); }
};
using Skeleton = std::unique_ptr<filter_bpf, DestroySkeleton>;

/// Undoes what was done, last first, unless it is kept.
class Rollback {
 public:
  Rollback() = default;
  Rollback(const Rollback&) = delete;
  Rollback& operator=(const Rollback&) = delete;
  ~Rollback() {
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) undo(*step);
  }

  void add(std::function<void()> step) { steps_.push_back(std::move(step)); }
  void keep() { steps_.clear(); }

 private:
  /// One step that fails must not keep the others from being undone; the
  /// failure that led here is the one to be told.
  static void undo(const std::function<void()>& step) noexcept {
    try {
      step();
    } catch (...) {
    }
  }

  std::vector<std::function<void()>> steps_;
};

/// What is wrong with a pinned map that the program is to share.
std::string mismatch(const MapInfo& pinned, const bpf_map* wanted) {
  if (static_cast<bpf_map_type>(pinned.type) != bpf_map__type(wanted))
    return fmt::format("it is of type {}", type_name(pinned.type));
  if (pinned.key_size != bpf_map__key_size(wanted))
    return fmt::format("its keys are {} bytes, not {}", pinned.key_size, bpf_map__key_size(wanted));
  if (pinned.value_size != bpf_map__value_size(wanted))
    return fmt::format("its values are {} bytes, not {}", pinned.value_size,
                       bpf_map__value_size(wanted));
  if (pinned.flags != bpf_map__map_flags(wanted))
    return fmt::format("its flags are {:#x}, not {:#x}", pinned.flags, bpf_map__map_flags(wanted));
  // The rules may be of any number; of too few statistics the last ones would be lost.
  if (bpf_map__type(wanted) == BPF_MAP_TYPE_PERCPU_ARRAY &&
      pinned.max_entries < bpf_map__max_entries(wanted))
    return fmt::format("it has {} entries, not {}", pinned.max_entries,
                       bpf_map__max_entries(wanted));
  return {};
}

void check_size(const MapInfo& pinned, std::optional<std::uint32_t> wanted,
                const std::string& attempt) {
  if (!wanted || *wanted == pinned.max_entries) return;
  throw kernel_error(
      Operation::create, 0, attempt,
      {.cause = Cause::invalid,
       .reason = fmt::format("it holds at most {} rules, not {}", pinned.max_entries, *wanted),
       .why = "a map keeps the size that it was made with",
       .fix = {"keep it: load the filter without naming a size",
               "lose its rules: mapctl filter unload IFACE --purge, then load it again"}});
}

/// Makes the program use the map that is pinned already; false where none is.
bool reuse_pinned(bpf_map* map, const fs::path& pin, std::optional<std::uint32_t> size = {}) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(pin, ignored))) return false;
  const Map pinned = Map::open(pin);
  const std::string attempt = fmt::format("use {} for the filter", pin.string());
  if (const std::string wrong = mismatch(pinned.info(), map); !wrong.empty())
    throw kernel_error(
        Operation::create, 0, attempt,
        {.cause = Cause::exists,
         .reason = fmt::format("another kind of map is pinned there: {}", wrong),
         .fix = {"save what it holds, and remove it: mapctl unpin " + pin.string()}});
  check_size(pinned.info(), size, attempt);
  if (const int result = bpf_map__reuse_fd(map, pinned.fd()); result != 0)
    throw kernel_error(Operation::create, -result, attempt);
  return true;
}

/// The verifier says EACCES of a program that it refuses, also where it only
/// does so because the loader lacks CAP_PERFMON: the program compares pointers.
Explanation explain_load(int error) {
  constexpr const char* needed = "CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN";
  if (error == EPERM) return needs_capability("loading the filter", needed);
  if (error != EACCES) return explain(error);
  return {.cause = Cause::permission,
          .reason = "the kernel's verifier refuses it",
          .fix = {fmt::format("run it as root, or with {}", needed)}};
}

[[noreturn]] void load_failed(int error, const LibbpfLog& log) {
  Explanation explanation = explain_load(error);
  // Without the capability libbpf warns of whatever it tried first.
  if (error != EPERM) explanation.why = log.reason();
  throw kernel_error(Operation::load_program, error, "load the filter's program",
                     std::move(explanation));
}

void pin_map(const bpf_map* map, const fs::path& pin, Rollback& rollback) {
  if (const int result = bpf_obj_pin(bpf_map__fd(map), pin.c_str()); result != 0)
    throw kernel_error(Operation::pin, -result,
                       fmt::format("pin the filter's map at {}", pin.string()));
  rollback.add([pin] { unpin(pin); });
}

/// Loads the program, with the pinned maps where there are any, and pins those
/// that it made. Pinning is ours, not libbpf's: its own check would refuse a
/// map of another max_entries, and the user's map keeps its own.
Skeleton load_program(const FilterLoadOptions& options, Rollback& rollback) {
  const LibbpfLog log;
  Skeleton skeleton{filter_bpf::open()};
  if (!skeleton) load_failed(errno, log);
  const fs::path map_pin = options.pins.rules();
  const fs::path stats_pin = options.pins.statistics();
  bpf_map__set_pin_path(skeleton->maps.filter_map, nullptr);
  bpf_map__set_pin_path(skeleton->maps.filter_stats, nullptr);
  if (options.max_entries)
    bpf_map__set_max_entries(skeleton->maps.filter_map, *options.max_entries);
  const bool has_map = reuse_pinned(skeleton->maps.filter_map, map_pin, options.max_entries);
  const bool has_stats = reuse_pinned(skeleton->maps.filter_stats, stats_pin);
  if (const int result = filter_bpf::load(skeleton.get()); result != 0) load_failed(-result, log);
  if (!has_map) pin_map(skeleton->maps.filter_map, map_pin, rollback);
  if (!has_stats) pin_map(skeleton->maps.filter_stats, stats_pin, rollback);
  return skeleton;
}

/// In the mode that was asked for, or the best that there is.
std::pair<Fd, Attached> attach(int program, const std::string& interface,
                               std::optional<XdpMode> mode) {
  Attached attached{.interface = interface, .mode = mode.value_or(XdpMode::native)};
  try {
    return {attach_xdp(program, interface, attached.mode), attached};
  } catch (const Error& error) {
    if (mode || error.cause() != Cause::unsupported) throw;
    attached.native_refusal = error.details().reason;
  }
  attached.mode = XdpMode::skb;
  return {attach_xdp(program, interface, attached.mode), attached};
}

/// Makes room for the interface's pin if its link holds nothing any more. One
/// of another device stays: that would be filtered no longer.
void remove_defunct_pin(const FilterPins& pins, const fs::path& pin) {
  const std::optional<PinnedLink> old = open_filter_link(pins, pin);
  if (!old) return;
  if (old->place == FilterPlace::gone) return unpin(pin);
  const bool is_here = old->place == FilterPlace::here;
  const std::string holder = describe_interface(*old);
  throw kernel_error(
      Operation::pin, 0, fmt::format("use {} for the filter's link", pin.string()),
      {.cause = Cause::exists,
       .reason = is_here ? fmt::format("it filters {}, which had this name before", holder)
                         : fmt::format("it filters {}", holder),
       .fix = {is_here ? fmt::format("unload the filter from {} first", holder)
                       : "use another directory for this network namespace"}});
}

Attached attach_new(int program, const std::string& interface, const FilterLoadOptions& options,
                    Rollback& rollback) {
  const fs::path pin = options.pins.link(interface);
  remove_defunct_pin(options.pins, pin);
  auto [link, attached] = attach(program, interface, options.mode);
  pin_xdp_link(link, pin);
  rollback.add([pin] {
    if (const auto pinned = open_xdp_link(pin)) remove_xdp_link(*pinned, pin);
  });
  return attached;
}

/// Opened before anything is replaced: afterwards only an id would be left of it.
Fd open_older_program(std::uint32_t id, const std::string& interface) {
  const int fd = bpf_prog_get_fd_by_id(id);
  if (fd >= 0) return Fd(fd);
  const std::string attempt = fmt::format("replace the filter on {}", interface);
  if (fd != -EPERM) throw kernel_error(Operation::open, -fd, attempt);
  Explanation explanation =
      needs_capability("keeping the older program to go back to", "CAP_SYS_ADMIN");
  explanation.why = "another interface is to follow, and may refuse";
  explanation.fix.push_back(
      fmt::format("name {} last, or load the filter on one interface at a time", interface));
  throw kernel_error(Operation::open, EPERM, attempt, std::move(explanation));
}

/// The link stays; only its program changes.
Attached replace_program(int program, const std::string& interface, PinnedLink old, XdpMode mode,
                         Rollback* rollback) {
  Fd older = rollback ? open_older_program(old.info.program_id, interface) : Fd{};
  update_xdp_link(old.link, program, interface);
  if (rollback)
    rollback->add([interface, link = std::make_shared<Fd>(std::move(old.link)),
                   older = std::make_shared<Fd>(std::move(older))] {
      update_xdp_link(*link, older->get(), interface);
    });
  return {.interface = interface, .mode = mode, .replaced = true};
}

Attached load_on(int program, const std::string& interface, const FilterLoadOptions& options,
                 Rollback& rollback, bool is_last) {
  const std::uint32_t index = interface_index(interface);
  std::optional<PinnedLink> old = filter_link_on(options.pins, index);
  const std::optional<XdpMode> mode = old ? xdp_mode(index) : std::nullopt;
  // Without a mode, the link was severed since it was looked at.
  if (!old || !mode) return attach_new(program, interface, options, rollback);
  if (options.mode && *options.mode != *mode)
    throw kernel_error(Operation::attach, 0, fmt::format("attach the filter to {}", interface),
                       {.cause = Cause::exists,
                        .reason = fmt::format("it is attached in {} mode already", name(*mode)),
                        .fix = {"unload it first to change the mode"}});
  return replace_program(program, interface, *std::move(old), *mode, is_last ? nullptr : &rollback);
}

}  // namespace

std::vector<Attached> filter_load(const std::vector<std::string>& interfaces,
                                  const FilterLoadOptions& options) {
  check_filter_directory(options.pins.directory());
  for (const std::string& interface : interfaces) interface_index(interface);
  const Fd lock = lock_filter_directory(options.pins.directory());
  Rollback rollback;
  const Skeleton skeleton = load_program(options, rollback);
  const int program = bpf_program__fd(skeleton->progs.mapctl_filter);
  std::vector<Attached> attached;
  for (const std::string& interface : interfaces)
    attached.push_back(
        load_on(program, interface, options, rollback, &interface == &interfaces.back()));
  rollback.keep();
  return attached;
}

}  // namespace mapctl
