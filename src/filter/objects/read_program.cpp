#include "filter/objects/read_program.hpp"

#include <bpf/bpf.h>

#include <ctime>

#include "mapctl/info.hpp"

namespace mapctl {

namespace {

std::int64_t nanoseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// The kernel tells nanoseconds since boot.
std::int64_t wall_clock_seconds(std::uint64_t since_boot) {
  const std::int64_t ago = nanoseconds(CLOCK_BOOTTIME) - static_cast<std::int64_t>(since_boot);
  return (nanoseconds(CLOCK_REALTIME) - ago) / 1'000'000'000;
}

std::string name_in(const std::optional<FilterProgram>& program) {
  return program ? program->name : std::string{};
}

}  // namespace

std::optional<FilterProgram> read_program(const Fd& program) {
  const std::optional<ProgramInfo> info = find_program_info(program);
  if (!info) return std::nullopt;
  return FilterProgram{info->name, info->tag, wall_clock_seconds(info->loaded)};
}

std::optional<FilterProgram> read_program(std::uint32_t id) {
  return read_program(Fd(bpf_prog_get_fd_by_id(id)));
}

std::string program_name(const Fd& program) { return name_in(read_program(program)); }

std::string program_name(std::uint32_t id) { return name_in(read_program(id)); }

bool is_filter_program(std::string_view name) { return name == "mapctl_filter"; }

}  // namespace mapctl
