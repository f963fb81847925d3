// Loading the filter onto interfaces, all of them or none.

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sys/file.h>
#include <unistd.h>

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
    } catch (const Error&) {
    }
  }

  std::vector<std::function<void()>> steps_;
};

/// Two loads at a time would both find no map and both make one.
Fd lock_directory(const fs::path& directory) {
  Fd lock(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock || flock(lock.get(), LOCK_EX) != 0)
    throw kernel_error(Operation::open, errno, fmt::format("lock {}", directory.string()));
  return lock;
}

void check_directory(const fs::path& directory) {
  if (!on_bpffs(directory / "."))
    throw kernel_error(Operation::open, 0,
                       fmt::format("keep the filter's map in {}", directory.string()),
                       needs_bpffs(directory));
}

/// What is wrong with a pinned map that the program is to share.
std::string mismatch(const MapInfo& pinned, const bpf_map* wanted) {
  if (static_cast<bpf_map_type>(pinned.type) != bpf_map__type(wanted))
    return fmt::format("it is a {}", type_name(pinned.type));
  if (pinned.key_size != bpf_map__key_size(wanted))
    return fmt::format("its keys are {} bytes, not {}", pinned.key_size, bpf_map__key_size(wanted));
  if (pinned.value_size != bpf_map__value_size(wanted))
    return fmt::format("its values are {} bytes, not {}", pinned.value_size,
                       bpf_map__value_size(wanted));
  if (pinned.flags != bpf_map__map_flags(wanted))
    return fmt::format("its flags are {:#x}, not {:#x}", pinned.flags, bpf_map__map_flags(wanted));
  return {};
}

/// Makes the program use the map that is pinned already; false where none is.
bool reuse_pinned(bpf_map* map, const fs::path& pin) {
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
  if (explanation.why.empty()) explanation.why = log.reason();
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
  const fs::path map_pin = options.directory / filter_map_name;
  const fs::path stats_pin = options.directory / filter_stats_name;
  bpf_map__set_pin_path(skeleton->maps.filter_map, nullptr);
  bpf_map__set_pin_path(skeleton->maps.filter_stats, nullptr);
  bpf_map__set_max_entries(skeleton->maps.filter_map, options.max_entries);
  const bool has_map = reuse_pinned(skeleton->maps.filter_map, map_pin);
  const bool has_stats = reuse_pinned(skeleton->maps.filter_stats, stats_pin);
  if (const int result = filter_bpf::load(skeleton.get()); result != 0) load_failed(-result, log);
  if (!has_map) pin_map(skeleton->maps.filter_map, map_pin, rollback);
  if (!has_stats) pin_map(skeleton->maps.filter_stats, stats_pin, rollback);
  return skeleton;
}

/// In the mode that was asked for, or the best that there is.
std::pair<Fd, Attached> attach(const Fd& program, const std::string& interface,
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

Attached attach_new(const Fd& program, const std::string& interface,
                    const FilterLoadOptions& options, Rollback& rollback) {
  const fs::path pin = filter_link_pin(options.directory, interface);
  remove_defunct_pin(pin);
  auto [link, attached] = attach(program, interface, options.mode);
  pin_xdp_link(link, pin);
  rollback.add([pin] {
    if (const auto pinned = open_xdp_link(pin)) remove_xdp_link(*pinned, pin);
  });
  return attached;
}

/// The link stays; only its program changes, and changes back if all fails.
Attached replace_program(const Fd& program, const std::string& interface, PinnedLink old,
                         Rollback& rollback) {
  auto old_program = std::make_shared<Fd>(bpf_prog_get_fd_by_id(old.info.program_id));
  update_xdp_link(old.link, program, interface);
  auto kept_link = std::make_shared<Fd>(std::move(old.link));
  rollback.add([=] { update_xdp_link(*kept_link, *old_program, interface); });
  return {.interface = interface,
          .mode = xdp_mode(old.info.interface_index).value_or(XdpMode::native),
          .replaced = true};
}

Attached load_on(const Fd& program, const std::string& interface, const FilterLoadOptions& options,
                 Rollback& rollback) {
  const std::uint32_t index = interface_index(interface);
  std::optional<PinnedLink> old = filter_link_on(options.directory, index);
  if (!old) return attach_new(program, interface, options, rollback);
  const XdpMode mode = xdp_mode(index).value_or(XdpMode::native);
  if (options.mode && *options.mode != mode)
    throw kernel_error(Operation::attach, 0, fmt::format("attach the filter to {}", interface),
                       {.cause = Cause::exists,
                        .reason = fmt::format("it is attached in {} mode already", name(mode)),
                        .fix = {"unload it first to change the mode"}});
  return replace_program(program, interface, std::move(*old), rollback);
}

void refuse_while_filtered(const fs::path& pin) {
  const std::optional<Fd> link = open_xdp_link(pin);
  const std::uint32_t index = link ? read_xdp_link(*link).interface_index : 0;
  if (index == 0) return;
  const std::string now = interface_name(index);
  throw kernel_error(Operation::unpin, EBUSY, "remove the filter's rules",
                     {.cause = Cause::busy,
                      .reason = fmt::format("{} is still filtered by them",
                                            now.empty() ? interface_of_pin(pin).value_or("") : now),
                      .fix = {"unload the filter from every interface first"}});
}

}  // namespace

std::vector<Attached> filter_load(const std::vector<std::string>& interfaces,
                                  const FilterLoadOptions& options) {
  check_directory(options.directory);
  for (const std::string& interface : interfaces) interface_index(interface);
  const Fd lock = lock_directory(options.directory);
  Rollback rollback;
  const Skeleton skeleton = load_program(options, rollback);
  const Fd program(fcntl(bpf_program__fd(skeleton->progs.mapctl_filter), F_DUPFD_CLOEXEC, 3));
  std::vector<Attached> attached;
  for (const std::string& interface : interfaces)
    attached.push_back(load_on(program, interface, options, rollback));
  rollback.keep();
  return attached;
}

bool filter_unload(const std::string& interface, const fs::path& directory) {
  check_directory(directory);
  const Fd lock = lock_directory(directory);
  const std::uint32_t index = if_nametoindex(interface.c_str());
  if (index == 0) return remove_defunct_pin(filter_link_pin(directory, interface));
  const std::optional<PinnedLink> found = filter_link_on(directory, index);
  if (!found) return false;
  remove_xdp_link(found->link, found->pin);
  return true;
}

void filter_purge(const fs::path& directory) {
  check_directory(directory);
  const Fd lock = lock_directory(directory);
  std::vector<fs::path> pins = filter_link_pins(directory);
  for (const fs::path& pin : pins) refuse_while_filtered(pin);
  pins.push_back(directory / filter_map_name);
  pins.push_back(directory / filter_stats_name);
  for (const fs::path& pin : pins) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(pin, ignored))) unpin(pin);
  }
}

}  // namespace mapctl
