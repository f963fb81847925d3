// Runs a copy of the filter's program that explains its decisions.

#include "mapctl/filter/probe.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/if_ether.h>

#include <algorithm>
#include <cerrno>

#include "filter.h"
#include "filter.skel.h"
#include "filter/objects/maps.hpp"
#include "filter/objects/pins.hpp"
#include "filter/objects/skeleton.hpp"
#include "map/error/kernel_error.hpp"
#include "map/libbpf_options.hpp"
#include "mapctl/filter/status.hpp"

namespace mapctl {

namespace {

/// A larger frame comes in several buffers, and the program sees only the first: a page without the
/// part that the kernel uses itself.
constexpr std::size_t most_bytes = 3500;

constexpr int attempts = 100;

const char* const load_attempt = "load a copy of the filter's program";

Map rules_of(const FilterPins& pins) {
  check_filter_directory(pins.directory());
  if (std::optional<Map> rules = open_filter_rules(pins)) return *std::move(rules);
  throw kernel_error(Operation::open, 0, "ask the filter",
                     {.cause = Cause::not_found,
                      .reason = fmt::format("no rules are pinned at {}", pins.rules().string()),
                      .fix = {{"load it first", Remedy::load_filter}}});
}

struct Lookups {
  bool destinations = true;
  std::vector<std::string> without{};  ///< interfaces whose programs do otherwise
  bool replies = false;
  bool established = false;
};

/// The lookups of the programs that filter with these rules. If there are none, or it is unknown:
/// by destination, too, which makes no difference unless there are such rules.
Lookups lookups_of(const FilterPins& pins) {
  Lookups lookups;
  bool some = false;
  for (const FilterLink& link : filter_interfaces(pins)) {
    if (!link.destinations || !link.uses_pinned_map.value_or(false)) continue;
    some |= *link.destinations;
    lookups.replies |= link.replies.value_or(false);
    lookups.established |= link.established.value_or(false);
    if (!*link.destinations) lookups.without.push_back(link.interface);
  }
  lookups.destinations = some || lookups.without.empty();
  if (!lookups.destinations) lookups.without.clear();
  return lookups;
}

void load_copy(filter_bpf& skeleton, const Map& rules, const Lookups& lookups) {
  skeleton.rodata->explains = 1;
  skeleton.rodata->use_destinations = lookups.destinations;
  skeleton.rodata->passes_replies = lookups.replies;
  skeleton.rodata->passes_established = lookups.established;
  if (const int result = bpf_map__reuse_fd(skeleton.maps.filter_map, rules.fd()); result != 0)
    throw kernel_error(Operation::load_program, -result, load_attempt);
  load_skeleton(skeleton, load_attempt);
}

Bytes key_bytes(filter_key key) {
  const ByteSpan bytes = writable_bytes_of(key);
  clear_host_bits(bytes);
  return {bytes.begin(), bytes.end()};
}

FilterAnswer answer_of(const filter_explanation& said) {
  FilterAnswer answer{.verdict = static_cast<FilterVerdict>(said.verdict)};
  if (said.seen.family != 0) answer.seen = key_bytes(said.seen);
  if (said.has_rule) answer.rule = key_bytes(said.rule);
  return answer;
}

}  // namespace

struct FilterProbe::Copy {
  explicit Copy(const FilterPins& pins)
      : rules(rules_of(pins)),
        lookups(lookups_of(pins)),
        skeleton(open_skeleton(load_attempt)),
        key(key_layout_of(*skeleton, *skeleton->maps.filter_map)) {
    load_copy(*skeleton, rules, lookups);
  }

  int program() const { return bpf_program__fd(skeleton->progs.mapctl_filter); }

  const filter_explanation& run(ByteView frame) {
    skeleton->bss->explanation = {};
    auto options = libbpf_options<bpf_test_run_opts>();
    options.data_in = frame.data();
    options.data_size_in = static_cast<__u32>(std::min(frame.size(), most_bytes));
    if (const int result = bpf_prog_test_run_opts(program(), &options); result != 0)
      throw kernel_error(Operation::load_program, -result, "ask the filter about a packet");
    return skeleton->bss->explanation;
  }

  Map rules;
  Lookups lookups;
  FilterSkeleton skeleton;
  Layout key;
};

FilterProbe::FilterProbe(const FilterPins& pins) : copy_(std::make_unique<Copy>(pins)) {}
FilterProbe::~FilterProbe() = default;
FilterProbe::FilterProbe(FilterProbe&&) noexcept = default;
FilterProbe& FilterProbe::operator=(FilterProbe&&) noexcept = default;

FilterAnswer FilterProbe::ask(ByteView frame) {
  // No device has shorter frames, and the kernel runs no program on them.
  if (frame.size() < ETH_HLEN) return {.verdict = FilterVerdict::malformed};
  for (int i = 0; i < attempts; ++i)
    if (const filter_explanation& said = copy_->run(frame); !said.has_rule || said.has_key)
      return answer_of(said);
  throw kernel_error(
      Operation::lookup, EBUSY, "tell which rule decides",
      {.cause = Cause::busy, .reason = "the rules change faster than they can be asked"});
}

const Layout& FilterProbe::key_layout() const noexcept { return copy_->key; }

const std::vector<std::string>& FilterProbe::without_destinations() const noexcept {
  return copy_->lookups.without;
}

}  // namespace mapctl
