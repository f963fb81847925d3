#include "live_race.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>

#include <cstdio>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "filter.h"
#include "harness.hpp"
#include "nft.hpp"
#include "numbers.hpp"
#include "programs.hpp"
#include "rounds.hpp"
#include "veth.hpp"

namespace mapctl::bench {

namespace {

constexpr int round_count = 15;

enum Contender : std::size_t { floor, peer, ours };

std::uint64_t dropped_by(const Filter& filter) {
  const __u32 verdict = FILTER_DROP_RULE;
  std::vector<filter_totals> totals(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  if (bpf_map_lookup_elem(filter.statistics, &verdict, totals.data()) != 0)
    throw std::runtime_error("the filter's statistics cannot be read");
  return std::accumulate(
      totals.begin(), totals.end(), std::uint64_t{0},
      [](std::uint64_t sum, const filter_totals& cpu) { return sum + cpu.packets; });
}

/// The measured program must have dropped all frames that were sent.
void check(std::string_view name, std::uint64_t before, std::uint64_t after) {
  if (after - before != Harness::live_frames)
    throw std::runtime_error(
        fmt::format("{} dropped {} of {} frames", name, after - before, Harness::live_frames));
}

class Stage {
 public:
  Stage(const Launcher& launcher, std::size_t entries, unsigned bits)
      : blocked_(Family::ipv4, entries, bits),
        filter_(load_filter({blocked_})),
        veth_(launcher),
        nft_(launcher, VethPair::receiver, blocked_),
        harness_(veth_.sender_index()) {}

  Rounds measure() {
    const std::vector<Address> sources = blocked_.sources(Fate::hit, round_count);
    const auto once = [&](const Address& source) {
      const Bytes frame = frame_from(Family::ipv4, source);
      return std::vector{through_empty(frame), through_nft(frame), through_filter(frame)};
    };
    once(sources.front());
    Rounds rounds;
    for (const Address& source : sources) rounds.add(once(source));
    return rounds;
  }

 private:
  double through_empty(const Bytes& frame) {
    veth_.attach(harness_.discard());
    return harness_.send(frame);
  }

  double through_nft(const Bytes& frame) {
    veth_.detach();
    const std::uint64_t before = nft_.dropped();
    const double time = harness_.send(frame);
    check("nft", before, nft_.dropped());
    return time;
  }

  double through_filter(const Bytes& frame) {
    veth_.attach(filter_.fd);
    const std::uint64_t before = dropped_by(filter_);
    const double time = harness_.send(frame);
    check("the filter", before, dropped_by(filter_));
    return time;
  }

  Blocklist blocked_;
  Filter filter_;
  VethPair veth_;
  NftSet nft_;
  Harness harness_;
};

/// The head of the table is printed with the first row.
class Table {
 public:
  void print(std::size_t entries, const std::string& set, const Rounds& rounds);

 private:
  void print_head();
  bool has_head_ = false;
};

void Table::print_head() {
  if (std::exchange(has_head_, true)) return;
  fmt::print("\n| {:>7} | {:<15} | {:>8} | {:>6} | {:>9} | {:>9} | {:>15} |\n", "entries",
             "nft's set", "empty ns", "nft ns", "mapctl ns", "faster by", "without harness");
  fmt::print("|-{:->7}:|-{:-<15}-|-{:->8}:|-{:->6}:|-{:->9}:|-{:->9}:|-{:->15}:|\n", "", "", "", "",
             "", "", "");
}

void Table::print(std::size_t entries, const std::string& set, const Rounds& rounds) {
  print_head();
  fmt::print("| {:>7} | {:<15} | {:>8.0f} | {:>6.0f} | {:>9.0f} | {:>9.2f} | {:>15.2f} |\n",
             size_text(entries), set, rounds.median_of(floor), rounds.median_of(peer),
             rounds.median_of(ours), rounds.ratio(peer, ours), rounds.ratio(peer, ours, floor));
  std::fflush(stdout);
}

}  // namespace

void race_live(const Choice& choice, const Launcher& launcher) {
  Table table;
  for (const unsigned bits : {24U, 32U})
    for (const std::uint32_t entries : {1, 1'000, 10'000}) {
      const std::string set = bits == 32 ? "hosts, hash" : "/24, intervals";
      if (entries > choice.most || !choice.takes("nft " + set)) continue;
      table.print(entries, set, Stage(launcher, entries, bits).measure());
    }
}

}  // namespace mapctl::bench
