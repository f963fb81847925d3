#include "map/walk/batch_cursor.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <bpf/bpf.h>

#include "map/libbpf_options.hpp"
#include "map/map_error.hpp"

namespace mapctl {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} << 10;
constexpr std::size_t fewest_entries = 64;
constexpr std::size_t most_bytes_for_fewest = std::size_t{16} << 20;
constexpr std::size_t smallest_place = 4;  // hashes write a bucket number

/// The entries read before one of these errors are valid, and the call can be repeated.
bool is_passing(int error) { return error == EBUSY || error == EINTR || error == EAGAIN; }

}  // namespace

std::size_t chunk_capacity(const Map& map) {
  const std::size_t entry = std::max<std::size_t>(map.info().key_size + map.value_bytes(), 1);
  const std::size_t fewest =
      std::clamp<std::size_t>(most_bytes_for_fewest / entry, 1, fewest_entries);
  const std::size_t most = std::max<std::size_t>(map.info().max_entries, 1);
  return std::min(std::max(buffer_bytes / entry, fewest), most);
}

BatchCursor::BatchCursor(const Map& map, Kind kind, std::size_t capacity)
    : map_(map),
      kind_(kind),
      is_hash_(can(map.info().type, Operation::pop_batch)),
      key_size_(map.info().key_size),
      value_size_(map.value_bytes()),
      place_(std::max(key_size_, smallest_place)),
      next_place_(place_.size()) {
  resize(capacity);
}

void BatchCursor::resize(std::size_t capacity) {
  // Touches every page: if the kernel met memory that it cannot write to while draining, entries
  // would be lost.
  keys_.assign(capacity * key_size_, std::byte{});
  values_.assign(capacity * value_size_, std::byte{});
  capacity_ = capacity;
}

ByteView BatchCursor::last_key() const noexcept {
  return started_ ? ByteView(place_).first(key_size_) : ByteView();
}

BatchCursor::Outcome BatchCursor::call() {
  const auto read =
      kind_ == Kind::read ? ::bpf_map_lookup_batch : ::bpf_map_lookup_and_delete_batch;
  auto options = libbpf_options<bpf_map_batch_opts>();
  const auto asked = static_cast<__u32>(capacity_);
  __u32 count = asked;
  const int error = -read(map_.fd(), started_ ? place_.data() : nullptr, next_place_.data(),
                          keys_.data(), values_.data(), &count, &options);
  // If the kernel refuses before the walk, it leaves the count as it was.
  const bool walked = error == 0 || error == ENOENT || error == ENOSPC || is_passing(error);
  return {error, walked || count != asked ? count : 0};
}

std::optional<Chunk> BatchCursor::next() {
  if (pending_) throw *std::exchange(pending_, std::nullopt);
  while (!ended_) {
    const auto [error, count] = call();
    if (count > 0) {
      tries_ = 0;
      started_ = true;
      std::swap(place_, next_place_);
      // Fewer entries than requested are not the end; ENOENT is, even with entries.
      ended_ = error == ENOENT;
      if (error != 0 && error != ENOENT && !is_passing(error)) pending_ = failure(error);
      return Chunk(keys_.data(), values_.data(), count, key_size_, value_size_);
    }
    if (error == ENOENT) {
      ended_ = true;
    } else if (error == ENOSPC) {
      grow();
    } else if (!keep_trying(error)) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

void BatchCursor::grow() {
  // One bucket has more entries than fit; nothing was read, and the position is unchanged.
  const std::size_t most = std::size_t{map_.info().max_entries} * 2;
  if (capacity_ >= most) throw failure(EBUSY);
  resize(std::min(capacity_ * 2, most));
}

/// False if the walk is over; unavailable() and stuck() give the reason.
bool BatchCursor::keep_trying(int error) {
  constexpr int most_tries = 1000;
  constexpr int most_interruptions = 3;
  // Before Linux 5.6 the command itself is unknown (EINVAL).
  unavailable_ = !started_ && (says_unsupported(error) || error == EINVAL);
  stuck_ = error == EINTR && !is_hash_ && tries_ >= most_interruptions;
  if (unavailable_ || stuck_) {
    ended_ = true;
    return false;
  }
  // No entries and no error: if the kernel never reported the end, this would loop forever.
  if ((error != 0 && !is_passing(error)) || ++tries_ > most_tries)
    throw failure(error == 0 ? EBUSY : error);
  return true;
}

Error BatchCursor::failure(int error) const {
  return map_error({map_.info(), map_.fd(),
                    kind_ == Kind::read ? Operation::lookup_batch : Operation::pop_batch},
                   error);
}

}  // namespace mapctl
