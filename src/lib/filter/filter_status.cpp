// What the filter's links, map and statistics say.

#include <bpf/bpf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <ctime>

#include "filter.h"
#include "filter/filter_links.hpp"
#include "filter/filter_maps.hpp"
#include "filter/filter_pins.hpp"
#include "filter/xdp_link.hpp"
#include "kernel_error.hpp"
#include "mapctl/batch.hpp"
#include "mapctl/filter.hpp"
#include "mapctl/info.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

namespace {

static_assert(filter_verdict_count == FILTER_VERDICTS);

/// All programs of the kernel; nullopt where the caller may not ask.
std::optional<std::vector<ProgramInfo>> visible_programs() {
  try {
    return programs();
  } catch (const Error& error) {
    if (error.cause() != Cause::permission) throw;
    return std::nullopt;
  }
}

bool uses(const ProgramInfo& program, std::uint32_t map_id) {
  return std::ranges::find(program.map_ids, map_id) != program.map_ids.end();
}

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

std::optional<FilterProgram> read_program(std::uint32_t id) {
  const Fd fd(bpf_prog_get_fd_by_id(id));
  bpf_prog_info info{};
  std::uint32_t size = sizeof info;
  if (!fd || bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0) return std::nullopt;
  FilterProgram program{.name = info.name, .tag = {}, .loaded = wall_clock_seconds(info.load_time)};
  for (const std::uint8_t byte : info.tag) program.tag += fmt::format("{:02x}", byte);
  return program;
}

FilterLink describe(const PinnedLink& link) {
  FilterLink described{.interface = link.interface,
                       .place = link.place,
                       .pin = link.pin.string(),
                       .link_id = link.info.id,
                       .program_id = link.info.program_id};
  if (link.place == FilterPlace::here) described.mode = xdp_mode(link.info.interface_index);
  if (link.place != FilterPlace::gone) described.program = read_program(link.info.program_id);
  return described;
}

/// What the list of all programs tells of the one that a link holds.
void describe_program(FilterLink& link, std::uint32_t map_id, const std::vector<ProgramInfo>& all) {
  const auto program = std::ranges::find(all, link.program_id, &ProgramInfo::id);
  link.uses_pinned_map = program != all.end() && uses(*program, map_id);
  if (program != all.end()) link.destinations = uses_destinations(*program);
}

void describe_links(FilterStatus& status, const FilterPins& pins) {
  for (const PinnedLink& link : filter_links(pins)) status.links.push_back(describe(link));
  if (status.links.empty() && status.map_id == 0) return;
  const std::optional<std::vector<ProgramInfo>> all = visible_programs();
  if (all && status.map_id != 0)
    status.programs = std::ranges::count_if(
        *all, [&](const ProgramInfo& program) { return uses(program, status.map_id); });
  for (FilterLink& link : status.links)
    if (link.place == FilterPlace::gone)
      link.uses_pinned_map = false;
    else if (all)
      describe_program(link, status.map_id, *all);
}

filter_rule rule_in(ByteView value) {
  filter_rule rule{};
  std::memcpy(&rule, value.data(), std::min(sizeof rule, value.size()));
  return rule;
}

std::string default_action(const Map& map) {
  const filter_key everything{};
  const std::optional<Bytes> value = map.get_exact(bytes_of(everything));
  return value && rule_in(*value).action == FILTER_DROP ? "drop" : "pass";
}

void count_rules(FilterStatus& status, const Map& rules) {
  MapReader reader(rules);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i) {
      const filter_action action = rule_in(chunk->value(i)).action;
      ++status.rules;
      if (is_by_destination(chunk->key(i))) ++status.destination_rules;
      if (action != FILTER_DROP && action != FILTER_PASS) ++status.bad_rules;
    }
}

}  // namespace

std::vector<VerdictTotals> verdict_totals(const FilterPins& pins) {
  const std::optional<Map> statistics = open_filter_statistics(pins);
  std::vector<VerdictTotals> cpus;
  if (!statistics) return cpus;
  cpus.resize(possible_cpus().size());
  for (std::uint32_t verdict = 0; verdict < filter_verdict_count; ++verdict) {
    const std::optional<Bytes> slots = statistics->get(bytes_of(verdict));
    for (std::size_t cpu = 0; slots && cpu < cpus.size(); ++cpu) {
      ::filter_totals slot{};
      std::memcpy(&slot, slots->data() + cpu * sizeof slot, sizeof slot);
      cpus[cpu][verdict] = {slot.packets, slot.bytes};
    }
  }
  return cpus;
}

VerdictTotals sum(const std::vector<VerdictTotals>& cpus) {
  VerdictTotals sum{};
  for (const VerdictTotals& cpu : cpus)
    for (std::size_t verdict = 0; verdict < filter_verdict_count; ++verdict) {
      sum[verdict].packets += cpu[verdict].packets;
      sum[verdict].bytes += cpu[verdict].bytes;
    }
  return sum;
}

FilterStatus filter_status(const FilterPins& pins) {
  check_filter_directory(pins.directory());
  FilterStatus status{.default_action = "pass"};
  if (const std::optional<Map> rules = open_filter_rules(pins)) {
    status.map_id = rules->info().id;
    status.max_entries = rules->info().max_entries;
    count_rules(status, *rules);
    status.default_action = default_action(*rules);
  }
  describe_links(status, pins);
  status.cpus = verdict_totals(pins);
  status.totals = sum(status.cpus);
  return status;
}

}  // namespace mapctl
