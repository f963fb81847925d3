#include "program_race.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <optional>
#include <utility>

#include "harness.hpp"
#include "numbers.hpp"
#include "programs.hpp"
#include "rounds.hpp"

namespace mapctl::bench {

namespace {

/// The cost of a packet depends on the depth of its source in the trie: each round has another
/// source.
constexpr int round_count = 15;

struct Setting {
  Family family;
  std::uint32_t rules;
  bool has_services;
};

struct Traffic {
  bool is_varied;
  Fate fate;
};

constexpr Traffic all_traffic[] = {
    {false, Fate::hit}, {false, Fate::miss}, {true, Fate::hit}, {true, Fate::miss}};

std::string name(const Setting& setting) {
  return fmt::format("{}{}", setting.family == Family::ipv4 ? "IPv4" : "IPv6",
                     setting.has_services ? " services" : "");
}

std::string name(const Traffic& traffic) {
  return fmt::format("{} {}", traffic.is_varied ? "random" : "hot",
                     traffic.fate == Fate::hit ? "hit" : "miss");
}

enum Contender : std::size_t { floor, peer, ours };

class Stage {
 public:
  explicit Stage(const Setting& setting)
      : blocked_(setting.family, setting.rules, setting.family == Family::ipv4 ? 32 : 128),
        peer_(load_xdp_filter({blocked_, setting.has_services})),
        ours_(load_filter({blocked_, setting.has_services})) {}

  Rounds measure(const Traffic& traffic) {
    const std::vector<Address> sources =
        blocked_.sources(traffic.fate, traffic.is_varied ? Harness::source_count : round_count);
    if (traffic.is_varied) harness_.set_sources(blocked_.family(), sources);
    const auto once = [&](int round) {
      const Address& source = sources[static_cast<std::size_t>(round)];
      const xdp_action verdict = traffic.fate == Fate::hit ? XDP_DROP : XDP_PASS;
      return std::vector{time(traffic, harness_.empty(), source, XDP_PASS),
                         time(traffic, peer_.fd, source, verdict),
                         time(traffic, ours_.fd, source, verdict)};
    };
    once(0);  // at its first packet a rule learns the length of its prefix
    Rounds rounds;
    for (int round = 0; round < round_count; ++round) rounds.add(once(round));
    return rounds;
  }

 private:
  double time(const Traffic& traffic, int program, const Address& source, xdp_action verdict) {
    if (traffic.is_varied) return harness_.run_varied(program, blocked_.family(), verdict);
    return run(program, frame_from(blocked_.family(), source), verdict);
  }

  Harness harness_;
  Blocklist blocked_;
  Program peer_;
  Filter ours_;
};

/// The head of the table is printed with the first row.
class Table {
 public:
  void print(const Setting& setting, const Traffic& traffic, const Rounds& rounds);

 private:
  void print_head();
  bool has_head_ = false;
};

void Table::print_head() {
  if (std::exchange(has_head_, true)) return;
  fmt::print("| {:>7} | {:<13} | {:<11} | {:>8} | {:>13} | {:>9} | {:>13} |\n", "rules", "kind",
             "packets", "empty ns", "xdp-filter ns", "mapctl ns", "of xdp-filter");
  fmt::print("|-{:->7}:|{:-<15}|{:-<13}|-{:->8}:|-{:->13}:|-{:->9}:|-{:->13}:|\n", "", "", "", "",
             "", "", "");
}

void Table::print(const Setting& setting, const Traffic& traffic, const Rounds& rounds) {
  print_head();
  fmt::print("| {:>7} | {:<13} | {:<11} | {:>8.0f} | {:>13.0f} | {:>9.0f} | {:>13.2f} |\n",
             size_text(setting.rules), name(setting), name(traffic), rounds.median_of(floor),
             rounds.median_of(peer), rounds.median_of(ours), rounds.ratio(ours, peer));
  std::fflush(stdout);
}

void run_setting(const Setting& setting, const Choice& choice, Table& table) {
  std::optional<Stage> stage;
  for (const Traffic& traffic : all_traffic) {
    if (!choice.takes(fmt::format("{} {}", name(setting), name(traffic)))) continue;
    if (!stage) stage.emplace(setting);
    table.print(setting, traffic, stage->measure(traffic));
  }
}

std::vector<Setting> all_settings() {
  std::vector<Setting> settings;
  for (const bool has_services : {false, true}) {
    for (const std::uint32_t rules : {1, 10, 100, 1'000, 100'000})
      settings.push_back({Family::ipv4, rules, has_services});
    settings.push_back({Family::ipv6, 1'000, has_services});
  }
  return settings;
}

}  // namespace

void race_programs(const Choice& choice) {
  Table table;
  for (const Setting& setting : all_settings())
    if (setting.rules <= choice.most) run_setting(setting, choice, table);
}

}  // namespace mapctl::bench
