#include "cli/bulk/write_order.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "cli/filter/packet_rules.hpp"
#include "map/map_error.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

constexpr std::size_t length_size = sizeof(std::uint32_t);

/// Returns how the action encodes `pass`; nothing if its type has no such name.
std::optional<Bytes> pass_of(const VerdictField& action) {
  if (!has_word(*action.type, "pass")) return std::nullopt;
  return encode(*action.type, "pass");
}

}  // namespace

WriteOrder::WriteOrder(const Map& map, const Schema& schema)
    : is_trie_(key_content(map.info().type) == KeyContent::prefix),
      address_offset_(schema.key.prefix ? schema.key.prefix->address_offset : length_size) {
  const std::optional<VerdictField> action = is_trie_ ? std::nullopt : find_action(schema.value);
  if (!action) return;
  pass_ = pass_of(*action);
  action_offset_ = action->offset;
}

std::uint32_t WriteOrder::rank(ByteView key, ByteView value) const {
  if (pass_)
    return std::ranges::equal(value.subspan(action_offset_, pass_->size()), *pass_) ? 1 : 0;
  if (!is_trie_) return 0;
  const ByteView service = key.subspan(length_size, address_offset_ - length_size);
  // A byte that is 0 there matches anything.
  const auto given = static_cast<std::uint32_t>(
      service.size() - static_cast<std::size_t>(std::ranges::count(service, std::byte{0})));
  const std::uint32_t first = service.empty() ? 0 : std::to_integer<std::uint32_t>(service[0]);
  return index_of(key) << 16 | std::min(given, 0xffU) << 8 | (0xff - first);
}

// MEMBARRIER_CMD_GLOBAL waits for a grace period of RCU, and BPF programs run inside an RCU read
// section. It fails if CPUs run without ticks (nohz_full); no other call waits for programs.
void wait_for_readers() { syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0); }

}  // namespace mapctl::cli
