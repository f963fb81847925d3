// mapctl's commands on many entries, in turns with bpftool's and with the bare system calls:
// median times, peaks of memory, ratios. docs/performance.md says what they mean.
//
// Usage: bench [--most N] [WORD…]
//   --most N   no maps with more entries
//   WORD…      only rows whose operation or layout contains one of these

#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <exception>
#include <optional>

#include "cases.hpp"
#include "choice.hpp"
#include "support/sandbox.hpp"
#include "table.hpp"

namespace mapctl::bench {
namespace {

Row measure(const Case& one, Workload& load) {
  std::vector<Contender> contenders;
  const auto add = [&](const Action& action) {
    contenders.push_back({[&] {
                            if (one.prepare) one.prepare(load);
                          },
                          [&] { return action(load); }});
  };
  const bool has_peer = one.peer && load.size() <= one.most_for_peer;
  add(one.ours);
  if (one.floor) add(one.floor);
  if (has_peer) add(one.peer);
  const std::vector<Median> medians = race(contenders, one.patience);
  Row row{one.what, load.name(), load.size(), medians[0]};
  if (one.floor) row.floor = medians[1];
  if (has_peer) row.peer = medians.back();
  return row;
}

void run(const Suite& suite, std::uint32_t entries, const Choice& choice,
         const Launcher& launcher) {
  std::optional<Workload> load;
  for (const Case& one : suite.cases) {
    if (!choice.takes(one.what + " " + suite.shape.name)) continue;
    if (!load) load.emplace(suite.shape, entries, launcher);
    print(measure(one, *load));
  }
}

void print_machine(const Launcher& launcher) {
  utsname kernel{};
  uname(&kernel);
  fmt::print("Linux {}, {} CPUs. Smallest peak that can be told: {:.1f} MiB.\n\n", kernel.release,
             sysconf(_SC_NPROCESSORS_ONLN), launcher.run({"/bin/true"}).peak_mib);
}

void run_all(const Choice& choice, const Launcher& launcher) {
  print_machine(launcher);
  print_head();
  for (const Suite& suite : all_suites())
    for (const std::uint32_t entries : suite.sizes)
      if (entries <= choice.most) run(suite, entries, choice, launcher);
}

}  // namespace
}  // namespace mapctl::bench

int main(int argc, char** argv) {
  // Files are kept on a tmpfs of our own.
  if (!mapctl::test::enter_sandbox() || mount("tmp", "/mnt", "tmpfs", 0, nullptr) != 0) {
    fmt::print(stderr, "bench: needs root, for a BPF filesystem of its own\n");
    return 1;
  }
  try {
    const mapctl::bench::Launcher launcher;
    mapctl::bench::run_all(mapctl::bench::choice_of(argc, argv), launcher);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 1;
  }
}
