#include "support/filter/filter_fixture.hpp"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <net/if.h>
#include <sys/wait.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <span>

#include "filter.h"
#include "mapctl/batch.hpp"
#include "mapctl/pin.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/schema.hpp"

namespace mapctl::test {

namespace {

/// The objects that keep a filter loaded and attached: the kernel takes 20 ms to run an XDP program
/// that is not attached.
struct FilterParts {
  Fd program;
  Map rules;
  Map stats;
  Fd link;
  Fd network;  ///< the namespace of its interface
};

FilterParts load_parts(Lookups lookups) {
  EXPECT_EQ(shell("ip link add f0 type veth peer name f1"), 0);
  filter_load({"f0"}, {.pins = bpffs, .destinations = lookups == Lookups::both});
  FilterParts parts{
      .program = Fd(bpf_prog_get_fd_by_id(filter_status(bpffs).links.at(0).program_id)),
      .rules = Map::open(bpffs / "filter_map"),
      .stats = Map::open(bpffs / "filter_stats"),
      .link = Fd(bpf_obj_get((bpffs / "filter_link_f0").c_str())),
      .network = Fd(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC))};
  for (const char* name : {"filter_map", "filter_stats", "filter_link_f0"}) unpin(bpffs / name);
  return parts;
}

/// Pins the maps where the test and filter_status look for them; all counters are 0.
const FilterParts& pinned_parts(Lookups lookups) {
  static std::map<Lookups, FilterParts> loaded;
  auto found = loaded.find(lookups);
  if (found == loaded.end()) found = loaded.emplace(lookups, load_parts(lookups)).first;
  FilterParts& parts = found->second;
  const Bytes nothing(parts.stats.value_bytes());
  for (std::uint32_t i = 0; i < parts.stats.info().max_entries; ++i)
    parts.stats.put(bytes_of(i), nothing);
  parts.rules.pin(bpffs / "filter_map");
  parts.stats.pin(bpffs / "filter_stats");
  return parts;
}

}  // namespace

int shell(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

VethPair::VethPair(std::string name, const std::string& peer) : name_(std::move(name)) {
  EXPECT_EQ(shell("ip link add " + name_ + " type veth peer name " + peer), 0);
  index_ = if_nametoindex(name_.c_str());
}

VethPair::~VethPair() {
  char name[IF_NAMESIZE] = {};
  if (if_indextoname(index_, name) != nullptr) shell(std::string("ip link del ") + name);
}

RuleMap::RuleMap(const std::filesystem::path& directory)
    : map_(Map::open(directory / "filter_map")), schema_(schema_of(map_)) {}

void RuleMap::put(const std::string& packets, const std::string& action) {
  map_.put(encode(schema_.key, packets), encode(schema_.value, action));
}

void RuleMap::put(const std::vector<Rule>& rules) {
  for (const Rule& rule : rules) put(rule.packets, rule.action);
}

bool RuleMap::erase(const std::string& packets) { return map_.erase(encode(schema_.key, packets)); }

void RuleMap::clear() {
  while (const std::optional<Bytes> key = map_.next_key()) map_.erase(*key);
}

Bytes RuleMap::raw(const std::string& packets) const {
  const std::optional<Bytes> value = map_.get_exact(encode(schema_.key, packets));
  EXPECT_TRUE(value) << "no rule for " << packets;
  return value.value_or(Bytes(sizeof(filter_rule)));
}

FilterTotals RuleMap::counted(const std::string& packets) const {
  filter_rule rule{};
  std::memcpy(&rule, raw(packets).data(), sizeof rule);
  return {rule.packets, rule.bytes};
}

void remove_filter() {
  // This also removes pins of other objects that a test has made, which unloading refuses to
  // remove.
  std::vector<std::filesystem::path> pins;
  for (const auto& entry : std::filesystem::directory_iterator(bpffs)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("filter_link_") || name == "filter_map" || name == "filter_stats")
      pins.push_back(entry.path());
  }
  for (const std::filesystem::path& pin : pins) unpin(pin);
}

LoadedFilter::LoadedFilter(Lookups lookups)
    : program_(pinned_parts(lookups).program.get()), stats_(Map::open(bpffs / "filter_stats")) {
  rules.clear();
}

std::array<FilterTotals, filter_verdict_count> LoadedFilter::totals() const {
  std::array<FilterTotals, filter_verdict_count> sums{};
  std::vector<FilterTotals> of_cpus(stats_.value_bytes() / sizeof(FilterTotals));
  for (std::uint32_t i = 0; i < sums.size(); ++i) {
    stats_.get(bytes_of(i), std::as_writable_bytes(std::span{of_cpus}));
    for (const FilterTotals& each : of_cpus) {
      sums[i].packets += each.packets;
      sums[i].bytes += each.bytes;
    }
  }
  return sums;
}

std::uint32_t LoadedFilter::run(const Bytes& packet, int times) const {
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = packet.data();
  options.data_size_in = static_cast<std::uint32_t>(packet.size());
  options.repeat = times;
  const int result = bpf_prog_test_run_opts(program_, &options);
  EXPECT_EQ(result, 0) << std::strerror(-result) << ", " << packet.size() << " bytes";
  return options.retval;
}

FilterVerdict LoadedFilter::verdict(const Bytes& packet) const {
  const auto before = totals();
  run(packet);
  const auto after = totals();
  std::optional<std::size_t> moved;
  std::uint64_t packets = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (after[i].packets == before[i].packets) continue;
    packets += after[i].packets - before[i].packets;
    EXPECT_EQ(after[i].bytes - before[i].bytes, packet.size());
    moved = i;
  }
  EXPECT_EQ(packets, 1U) << "each packet counts once";
  return static_cast<FilterVerdict>(moved.value_or(0));
}

}  // namespace mapctl::test
