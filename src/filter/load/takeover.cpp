#include "filter/load/takeover.hpp"

#include <bpf/libbpf.h>

#include <cstddef>

#include "filter.h"
#include "map/error/kernel_error.hpp"
#include "mapctl/batch.hpp"

namespace mapctl {

namespace {

/// Older rules lack `expires` and `limit`.
constexpr std::size_t added_at = offsetof(filter_rule, expires);
constexpr std::size_t added_size = offsetof(filter_rule, packets) - added_at;
constexpr std::size_t older_size = sizeof(filter_rule) - added_size;

Bytes in_our_layout(ByteView older) {
  Bytes rule(older.begin(), older.begin() + added_at);
  rule.resize(added_at + added_size);
  append_bytes(rule, older.subspan(added_at));
  return rule;
}

}  // namespace

bool is_older(const MapInfo& pinned, const bpf_map* ours) {
  const bool is_of_type = static_cast<bpf_map_type>(pinned.type) == bpf_map__type(ours) &&
                          pinned.key_size == bpf_map__key_size(ours) &&
                          pinned.flags == bpf_map__map_flags(ours);
  if (!is_of_type) return false;
  if (pinned.type == MapType::lpm_trie) return pinned.value_size == older_size;
  return pinned.value_size == sizeof(::filter_totals) && pinned.max_entries < FILTER_VERDICTS;
}

std::size_t take_over(const Map& older, Map& ours) {
  const bool are_rules = older.info().type == MapType::lpm_trie;
  MapReader reader(older);
  while (const std::optional<Chunk> chunk = reader.next()) {
    Bytes values;
    for (std::size_t i = 0; i < chunk->size(); ++i)
      append_bytes(values, are_rules ? in_our_layout(chunk->value(i)) : chunk->value(i));
    put_batch(ours, chunk->keys(), values, chunk->size());
  }
  if (reader.stats().complete) return reader.stats().entries;
  throw kernel_error(Operation::create, EBUSY, "take over " + older.label(),
                     {.cause = Cause::busy,
                      .reason = "others change it faster than it can be read",
                      .fix = {"run it again when it changes less"}});
}

}  // namespace mapctl
