#include "filter/objects/foreign.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/if_link.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "filter/objects/interface.hpp"
#include "filter/objects/pins.hpp"
#include "filter/objects/xdp_link.hpp"
#include "map/error/kernel_error.hpp"
#include "map/error/libbpf_log.hpp"
#include "map/libbpf_options.hpp"
#include "mapctl/info.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

constexpr const char* unload_it = "unload that program with the tool that loaded it";

std::string label(const ForeignProgram& program) {
  return program.name.empty() ? fmt::format("program {}", program.id)
                              : fmt::format("program {} ('{}')", program.id, program.name);
}

/// Empty if the program is gone, or the caller may not ask (by id: CAP_SYS_ADMIN).
std::string program_name(const Fd& program) {
  const std::optional<ProgramInfo> info = find_program_info(program);
  return info ? info->name : std::string{};
}

ForeignProgram foreign_program(std::uint32_t id) {
  return {id, program_name(Fd(bpf_prog_get_fd_by_id(id)))};
}

/// Returns whether a program of that name belongs to a filter, whatever the filter's own name.
bool is_filter_program(std::string_view name) { return name == "mapctl_filter"; }

/// The bpf_link that holds the program there; 0 if there is none, or the caller may not ask. The
/// interface number is not enough: other namespaces count from 1, too.
std::uint32_t holding_link(std::uint32_t interface_index, std::uint32_t program_id) {
  for (std::uint32_t id = 0; bpf_link_get_next_id(id, &id) == 0;) {
    const Fd link(bpf_link_get_fd_by_id(id));
    if (!link) throw_shortage(errno, "find the link that holds a program");
    bpf_link_info info{};
    std::uint32_t size = sizeof info;
    if (link && bpf_obj_get_info_by_fd(link.get(), &info, &size) == 0 &&
        info.type == BPF_LINK_TYPE_XDP && info.prog_id == program_id &&
        info.xdp.ifindex == interface_index)
      return id;
  }
  return 0;
}

bool is_link(const fs::path& pin, std::uint32_t id) {
  try {
    return pin_kind(pin) == ObjectKind::link &&
           read_xdp_link(open_xdp_link(pin, PinOwner::anybody).value()).id == id;
  } catch (...) {  // it is gone meanwhile, or not readable
    return false;
  }
}

fs::path pin_of_link(std::uint32_t id) {
  fs::path found;
  for (const fs::path& mount : bpffs_mounts())
    for_each_pin(mount, [&](const fs::path& pin) {
      if (found.empty() && is_link(pin, id)) found = pin;
    });
  return found;
}

/// A filter of another name is unloaded by its name. But others may use such pin names, too.
Remedy how_to_unload(const ForeignProgram& program, const fs::path& pin, std::uint32_t link,
                     const std::string& interface) {
  if (const std::optional<std::string> name = filter_of_link_pin(pin);
      name && is_filter_program(program.name))
    return {"unload that filter", Remedy::unload_filter, {interface, *name}};
  return fmt::format("{}, or: bpftool link detach id {}", unload_it, link);
}

Explanation held_by_link(const ForeignProgram& program, std::uint32_t link,
                         const std::string& interface) {
  const fs::path pin = pin_of_link(link);
  const std::string pinned = pin.empty() ? "" : fmt::format(", pinned at {},", pin.string());
  return {.cause = Cause::exists,
          .reason = fmt::format("{} is attached there already", label(program)),
          .why = fmt::format("link {}{} holds it, and the kernel lets nobody take its place", link,
                             pinned),
          .fix = {how_to_unload(program, pin, link, interface)}};
}

Error cannot_replace(const std::string& interface, int error, Explanation explanation) {
  return kernel_error(Operation::attach, error, fmt::format("replace the program on {}", interface),
                      std::move(explanation));
}

/// The name of the filter whose link holds a program on an interface of this network namespace, by
/// the numbers of interface and program.
using Holders = std::map<std::pair<std::uint32_t, std::uint32_t>, std::string>;

void add_links(Holders& holders, const FilterPins& pins) {
  std::vector<std::string> closed;
  for (const PinnedLink& link : filter_links(pins, &closed))
    if (link.place == FilterPlace::here)
      holders.try_emplace({link.info.interface_index, link.info.program_id}, pins.name());
}

std::set<std::string> filters_in(const fs::path& directory) {
  std::set<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
    if (std::optional<std::string> name = filter_of_link_pin(at->path()))
      names.insert(*std::move(name));
  return names;
}

/// The holders of this filter and of those beside it. Skips pins of other objects, and pins that
/// the caller may not open: they do not show whose program runs.
Holders all_holders(const FilterPins& pins) {
  Holders holders;
  add_links(holders, pins);
  for (const std::string& name : filters_in(pins.directory())) try {
      if (name != pins.name()) add_links(holders, FilterPins(pins.directory(), name, pins.owner()));
    } catch (const Error&) {
    } catch (const BadInput&) {
    }
  return holders;
}

}  // namespace

Explanation explain_occupied(std::uint32_t interface_index) {
  const std::optional<XdpState> state = xdp_state(interface_index);
  if (!state)
    return {.cause = Cause::exists, .reason = "another XDP program is attached there already"};
  const ForeignProgram program = foreign_program(state->program_id);
  if (const std::uint32_t link = holding_link(interface_index, program.id); link != 0)
    return held_by_link(program, link, interface_name(interface_index));
  return {.cause = Cause::exists,
          .reason = fmt::format("{} is attached there already", label(program)),
          .why = "an interface runs one XDP program, and it is not ours to replace unasked",
          .fix = {unload_it, {"put the filter in its place", Remedy::replace_program}}};
}

std::optional<ReplaceableProgram> open_replaceable(const std::string& interface,
                                                   std::uint32_t interface_index) {
  const std::optional<XdpState> state = xdp_state(interface_index);
  if (!state) return std::nullopt;
  Fd fd(bpf_prog_get_fd_by_id(state->program_id));
  const int error = fd ? 0 : errno;
  ForeignProgram program{state->program_id, program_name(fd)};
  if (error == EPERM)
    throw cannot_replace(
        interface, error,
        needs_capability(fmt::format("opening {} to put it back if need be", label(program)),
                         "CAP_SYS_ADMIN"));
  if (error != 0) throw cannot_replace(interface, error, explain(error));
  if (const std::uint32_t link = holding_link(interface_index, program.id); link != 0)
    throw cannot_replace(interface, EBUSY, held_by_link(program, link, interface));
  return ReplaceableProgram{interface, interface_index, std::move(program), *state->mode,
                            std::move(fd)};
}

void detach_foreign(const ReplaceableProgram& old) {
  const LibbpfLog quiet;
  auto options = libbpf_options<bpf_xdp_attach_opts>();
  options.old_prog_fd = old.fd.get();
  const int result =
      bpf_xdp_detach(static_cast<int>(old.interface_index), flag_of(old.mode), &options);
  if (result == 0) return;
  if (result != -EEXIST && result != -EBUSY)
    throw cannot_replace(old.interface, -result, explain(-result));
  const std::optional<XdpState> now = xdp_state(old.interface_index);
  const std::string who = now ? label(foreign_program(now->program_id)) : "none";
  throw cannot_replace(old.interface, -result,
                       {.cause = Cause::exists,
                        .reason = fmt::format("it changed meanwhile: it was {}, and now it is {}",
                                              label(old.program), who),
                        .fix = {"see what attaches programs there, and run it again"}});
}

void put_back(const ReplaceableProgram& old) {
  const LibbpfLog quiet;
  const int result = bpf_xdp_attach(static_cast<int>(old.interface_index), old.fd.get(),
                                    flag_of(old.mode) | XDP_FLAGS_UPDATE_IF_NOEXIST, nullptr);
  if (result != 0)
    throw kernel_error(Operation::attach, -result,
                       fmt::format("put {} back on {}", label(old.program), old.interface));
}

std::vector<XdpProgram> foreign_programs(const FilterPins& pins) {
  const Holders holders = all_holders(pins);
  std::vector<XdpProgram> found;
  for (const Interface& interface : interfaces())
    for (const auto& [id, mode] : xdp_programs(interface.index)) {
      const auto holder = holders.find({interface.index, id});
      const bool is_held = holder != holders.end();
      if (is_held && holder->second == pins.name()) continue;
      XdpProgram program{interface.name, mode, id, foreign_program(id).name};
      // Anybody may use such a pin name. Without CAP_SYS_ADMIN the program's name is unknown.
      if (is_held && (program.name.empty() || is_filter_program(program.name)))
        program.filter = holder->second;
      found.push_back(std::move(program));
    }
  return found;
}

}  // namespace mapctl
