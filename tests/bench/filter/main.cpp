// The filter's time for a packet, in turns with an empty program and Debian's xdp-filter, and
// with nft. docs/performance.md says what the figures mean.
//
// Usage: filter_bench [--most N] [WORD…]
//   --most N   no more rules
//   WORD…      only rows whose kind or packets contain one of these; those with nft have its name
//              and their kind of set

#include <bpf/libbpf.h>
#include <fmt/format.h>

#include <sys/mount.h>

#include <exception>

#include "choice.hpp"
#include "live_race.hpp"
#include "program_race.hpp"
#include "support/sandbox.hpp"

int main(int argc, char** argv) {
  if (!mapctl::test::enter_sandbox() || mount("tmp", "/mnt", "tmpfs", 0, nullptr) != 0) {
    fmt::print(stderr, "filter_bench: needs root, for programs and a network of its own\n");
    return 1;
  }
  libbpf_set_print(nullptr);
  try {
    const mapctl::bench::Launcher launcher;
    const mapctl::bench::Choice choice = mapctl::bench::choice_of(argc, argv);
    mapctl::bench::race_programs(choice);
    mapctl::bench::race_live(choice, launcher);
  } catch (const std::exception& error) {
    fmt::print(stderr, "filter_bench: {}\n", error.what());
    return 1;
  }
}
