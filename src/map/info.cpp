#include "mapctl/info.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <fstream>
#include <map>
#include <memory>
#include <optional>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>

#include "map/cpu_list.hpp"
#include "map/error/kernel_error.hpp"
#include "map/error/libbpf_log.hpp"
#include "mapctl/fd.hpp"

namespace mapctl {
namespace {

using NextId = int (*)(__u32, __u32*);

std::vector<std::uint32_t> ids(NextId next, std::string_view things) {
  std::vector<std::uint32_t> found;
  for (__u32 id = 0;;) {
    const int result = next(id, &id);
    if (result == -ENOENT) return found;
    const std::string attempt = fmt::format("list the kernel's {}", things);
    if (result == -EPERM)
      throw kernel_error(Operation::list_ids, EPERM, attempt,
                         needs_capability("finding what others made", "CAP_SYS_ADMIN"));
    if (result < 0) throw kernel_error(Operation::list_ids, -result, attempt);
    found.push_back(id);
  }
}

std::int64_t nanoseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// The kernel gives nanoseconds since boot.
std::int64_t wall_clock_seconds(std::uint64_t since_boot) {
  const std::int64_t ago = nanoseconds(CLOCK_BOOTTIME) - static_cast<std::int64_t>(since_boot);
  return (nanoseconds(CLOCK_REALTIME) - ago) / 1'000'000'000;
}

std::string program_type_name(__u32 type) {
  constexpr __u32 netfilter = 32;  // newer than this libbpf
  if (const char* name = ::libbpf_bpf_prog_type_str(static_cast<bpf_prog_type>(type))) return name;
  return type == netfilter ? "netfilter" : fmt::format("type {}", type);
}

/// False if the program cannot be described. If the buffer is too small for the map ids, the kernel
/// fills it and reports their number.
bool describe(int fd, bpf_prog_info& raw, std::vector<std::uint32_t>& map_ids) {
  std::memset(&raw, 0, sizeof raw);
  raw.nr_map_ids = static_cast<__u32>(map_ids.size());
  raw.map_ids = reinterpret_cast<std::uintptr_t>(map_ids.data());
  __u32 size = sizeof raw;
  return ::bpf_obj_get_info_by_fd(fd, &raw, &size) == 0;
}

/// Types of programs by the id of their BTF, which the programs of one object share. Null: they may
/// not be read.
using TypesById = std::map<std::uint32_t, std::unique_ptr<btf, decltype(&::btf__free)>>;

const btf* types_of(std::uint32_t btf_id, TypesById& loaded) {
  const auto found = loaded.find(btf_id);
  if (found != loaded.end()) return found->second.get();
  const LibbpfLog silence;
  return loaded.try_emplace(btf_id, ::btf__load_from_kernel_by_id(btf_id), ::btf__free)
      .first->second.get();
}

/// The name of the program's function in its BTF; empty if that may not be read.
std::string function_name(int fd, std::uint32_t btf_id, TypesById& loaded) {
  bpf_func_info function{};
  bpf_prog_info raw{};
  raw.nr_func_info = 1;
  raw.func_info_rec_size = sizeof function;
  raw.func_info = reinterpret_cast<std::uintptr_t>(&function);
  __u32 size = sizeof raw;
  if (::bpf_obj_get_info_by_fd(fd, &raw, &size) != 0) return {};
  const btf* const types = types_of(btf_id, loaded);
  const btf_type* const type = types ? ::btf__type_by_id(types, function.type_id) : nullptr;
  const char* const name = type ? ::btf__name_by_offset(types, type->name_off) : nullptr;
  return name != nullptr ? name : "";
}

/// The kernel keeps 15 characters of a name. A program may also be loaded under another one than
/// that of its function.
std::string name_of(int fd, const bpf_prog_info& raw, TypesById& loaded) {
  std::string name(raw.name, ::strnlen(raw.name, sizeof raw.name));
  if (name.size() + 1 < sizeof raw.name || raw.btf_id == 0) return name;
  std::string whole = function_name(fd, raw.btf_id, loaded);
  return whole.starts_with(name) ? whole : name;
}

std::optional<ProgramInfo> read_program(const Fd& opened, TypesById& loaded) {
  bpf_prog_info raw;
  ProgramInfo program;
  if (!describe(opened.get(), raw, program.map_ids)) return std::nullopt;
  program.map_ids.resize(raw.nr_map_ids);
  if (!program.map_ids.empty() && !describe(opened.get(), raw, program.map_ids))
    return std::nullopt;
  program.id = raw.id;
  program.type = program_type_name(raw.type);
  program.name = name_of(opened.get(), raw, loaded);
  program.btf_id = raw.btf_id;
  program.tag = fmt::format("{:02x}", fmt::join(raw.tag, ""));
  program.loaded = wall_clock_seconds(raw.load_time);
  return program;
}

unsigned parse_cpu(std::string_view text) {
  unsigned cpu = 0;
  const char* end = text.data() + text.size();
  if (const auto parsed = std::from_chars(text.data(), end, cpu);
      parsed.ec != std::errc{} || parsed.ptr != end)
    throw BadInput(fmt::format("'{}' is not the number of a CPU", text));
  return cpu;
}

}  // namespace

std::string_view name(ObjectKind kind) {
  constexpr std::string_view names[] = {"map", "program", "link"};
  return names[static_cast<std::size_t>(kind)];
}

std::string label(const MapInfo& map) {
  if (!map.reference.empty()) return map.reference;
  return map.name.empty() ? fmt::format("map {}", map.id) : map.name;
}

std::string label(const ProgramInfo& program) {
  return program.name.empty() ? fmt::format("program {}", program.id)
                              : fmt::format("program {} ('{}')", program.id, program.name);
}

std::vector<std::uint32_t> map_ids() { return ids(::bpf_map_get_next_id, "maps"); }

std::optional<ProgramInfo> find_program_info(const Fd& opened) {
  TypesById loaded;
  return read_program(opened, loaded);
}

std::vector<ProgramInfo> programs() {
  std::vector<ProgramInfo> found;
  TypesById loaded;
  for (const std::uint32_t id : ids(::bpf_prog_get_next_id, "programs")) {
    const Fd fd(::bpf_prog_get_fd_by_id(id));
    if (!fd) throw_shortage(errno, "list the programs");
    if (!fd) continue;
    if (std::optional<ProgramInfo> program = read_program(fd, loaded))
      found.push_back(*std::move(program));
  }
  return found;
}

std::optional<std::vector<ProgramInfo>> find_programs() try {
  return programs();
} catch (const Error& error) {
  if (error.cause() != Cause::permission) throw;
  return std::nullopt;
}

bool ProgramInfo::uses(std::uint32_t map_id) const {
  return std::ranges::find(map_ids, map_id) != map_ids.end();
}

ProgramInfo program_info(const Fd& program) {
  if (std::optional<ProgramInfo> info = find_program_info(program)) return *std::move(info);
  throw kernel_error(Operation::info, errno, "read what program that is");
}

std::uint32_t program_id(const Fd& program) { return program_info(program).id; }

std::vector<unsigned> parse_cpu_list(std::string_view text) {
  std::vector<unsigned> cpus;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view range = text.substr(0, comma);
    const std::size_t dash = range.find('-');
    const unsigned first = parse_cpu(range.substr(0, dash));
    const unsigned last =
        dash == std::string_view::npos ? first : parse_cpu(range.substr(dash + 1));
    for (unsigned cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return cpus;
}

std::optional<std::size_t> place_of_cpu(unsigned cpu) {
  const std::vector<unsigned>& cpus = possible_cpus();
  const auto found = std::ranges::find(cpus, cpu);
  if (found == cpus.end()) return std::nullopt;
  return static_cast<std::size_t>(found - cpus.begin());
}

const std::vector<unsigned>& possible_cpus() {
  // The number of online or configured CPUs is often smaller than the number of values that the
  // kernel writes for a per-CPU entry.
  static const std::vector<unsigned> cpus = [] {
    std::ifstream file("/sys/devices/system/cpu/possible");
    if (!file) throw_shortage(errno, "count the CPUs");
    std::string line;
    if (!std::getline(file, line))
      throw kernel_error(Operation::info, errno, "count the CPUs",
                         {.cause = Cause::other,
                          .reason = "/sys/devices/system/cpu/possible cannot be read",
                          .fix = {"mount -t sysfs sysfs /sys"}});
    return parse_cpu_list(line);
  }();
  return cpus;
}

}  // namespace mapctl
