#include "cli/watch/map_look.hpp"

#include <utility>

#include "cli/entry/walk.hpp"

namespace mapctl::cli {

MapLook::MapLook(const Target& target, std::vector<Encoded> keys, std::optional<Expression> until)
    : target_(target),
      keys_(std::move(keys)),
      until_(std::move(until)),
      looks_(target.map.info().key_size, target.map.value_bytes()) {}

bool MapLook::look(const Looks::Tell& tell) {
  bool is_fulfilled = false;
  const auto take = [&](const Chunk& entries) {
    for (std::size_t i = 0; until_ && !is_fulfilled && i < entries.size(); ++i)
      is_fulfilled = until_->holds({entries.key(i), entries.value(i)});
    looks_.take(entries, tell);
  };
  looks_.begin();
  bool saw_all = true;
  if (keys_.empty()) {
    EntryReader reader(target_);
    while (const std::optional<Chunk> chunk = reader.next()) take(*chunk);
    saw_all = reader.stats().complete;
  }
  for (const Encoded& key : keys_)
    if (const auto value = value_of(key.bytes))
      take({key.bytes.data(), value->data(), 1, key.bytes.size(), value->size()});
  if (saw_all) looks_.end([&](ByteView key) { return value_of(key); }, tell);
  return is_fulfilled;
}

std::optional<Bytes> MapLook::value_of(ByteView key) const {
  if (!can(target_.map.info().type, Operation::lookup)) return std::nullopt;
  return target_.find(key);
}

}  // namespace mapctl::cli
