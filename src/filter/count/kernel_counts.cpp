#include "mapctl/filter/kernel_counts.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "map/error/libbpf_log.hpp"
#include "map_count.skel.h"
#include "mapctl/fd.hpp"

namespace mapctl {

namespace {

using Program = std::unique_ptr<map_count_bpf, decltype(&map_count_bpf::destroy)>;
using Link = std::unique_ptr<bpf_link, decltype(&bpf_link__destroy)>;

/// As the program writes it.
struct Counted {
  std::uint64_t id;
  std::int64_t entries;
};

/// Runs the program, which may fail for many reasons; then there is nothing to read.
Fd run(const map_count_bpf& program) {
  const Link link(bpf_program__attach_iter(program.progs.count_entries, nullptr),
                  &bpf_link__destroy);
  return Fd{link ? bpf_iter_create(bpf_link__fd(link.get())) : -1};
}

}  // namespace

std::unordered_map<std::uint32_t, std::uint64_t> kernel_counts() {
  std::unordered_map<std::uint32_t, std::uint64_t> counts;
  const LibbpfLog refusals;
  const Program program(map_count_bpf::open_and_load(), &map_count_bpf::destroy);
  if (!program) return counts;
  const Fd output = run(*program);
  Counted counted{};
  while (read(output.get(), &counted, sizeof counted) == sizeof counted)
    counts[static_cast<std::uint32_t>(counted.id)] =
        static_cast<std::uint64_t>(std::max<std::int64_t>(counted.entries, 0));
  return counts;
}

}  // namespace mapctl
