#include "filter/objects/skeleton.hpp"

#include <cerrno>

#include "filter.h"
#include "filter.skel.h"
#include "map/error/kernel_error.hpp"
#include "map/error/libbpf_log.hpp"
#include "text/btf/layout_btf.hpp"

namespace mapctl {

namespace {

/// The verifier returns EACCES for a program that it refuses, even if the only reason is that the
/// loader lacks CAP_PERFMON: the program compares pointers.
Explanation explain_load(int error) {
  constexpr const char* needed = "CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN";
  if (error == EPERM) return needs_capability("loading the filter", needed);
  if (error != EACCES) return explain(error);
  return {.cause = Cause::permission,
          .reason = "the kernel's verifier refuses it",
          .fix = {as_root_or_with(needed)}};
}

[[noreturn]] void load_failed(int error, const LibbpfLog& log, const char* attempt) {
  Explanation explanation = explain_load(error);
  // Without the capability, libbpf's log contains only warnings about its first attempts.
  if (error != EPERM) explanation.why = log.reason();
  throw kernel_error(Operation::load_program, error, attempt, std::move(explanation));
}

}  // namespace

void DestroySkeleton::operator()(filter_bpf* skeleton) const { filter_bpf::destroy(skeleton); }

FilterSkeleton open_skeleton(const char* attempt) {
  const LibbpfLog log;
  FilterSkeleton skeleton{filter_bpf::open()};
  if (!skeleton) load_failed(errno, log, attempt);
  bpf_map__set_autocreate(skeleton->maps.walk_rules, false);
  // Pins are made without libbpf, whose own check would refuse a map with another max_entries; the
  // user's map keeps its own.
  bpf_map__set_pin_path(skeleton->maps.filter_map, nullptr);
  bpf_map__set_pin_path(skeleton->maps.filter_stats, nullptr);
  return skeleton;
}

Layout key_layout_of(const filter_bpf& skeleton, const bpf_map& map) {
  Layout layout = layout_of(*bpf_object__btf(skeleton.obj), bpf_map__btf_key_type_id(&map));
  if (bpf_map__type(&map) == BPF_MAP_TYPE_LPM_TRIE) mark_prefix_key(layout);
  return layout;
}

void load_skeleton(filter_bpf& skeleton, const char* attempt) {
  const LibbpfLog log;
  if (const int result = filter_bpf::load(&skeleton); result != 0)
    load_failed(-result, log, attempt);
}

}  // namespace mapctl
