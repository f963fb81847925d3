#include <algorithm>
#include <cerrno>
#include <limits>

#include <bpf/bpf.h>
#include <fmt/format.h>

#include "map/error/kernel_error.hpp"
#include "map/libbpf_options.hpp"
#include "map/walk/mmapped_array.hpp"
#include "mapctl/batch.hpp"

// Writes and deletes many entries.

namespace mapctl {
namespace {

/// The result of a batch call.
struct Outcome {
  int error = 0;
  std::size_t done = 0;
  bool unavailable = false;
};

/// Makes a batch call for so many entries. The kernel counts those that it completes. If it refuses
/// before the first, it leaves the count as it was, and libbpf returns that.
template <typename Call>
Outcome attempt(std::size_t count, Call call) {
  constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
  const auto asked = static_cast<__u32>(std::min(count, most));
  __u32 done = asked;
  const int result = call(&done);
  if (result == 0) return {.done = done};
  const bool refused_ahead = done == asked;
  return {.error = -result,
          .done = refused_ahead ? 0 : done,
          // Before Linux 5.6 the command itself is unknown (EINVAL).
          .unavailable = says_unsupported(-result) || (refused_ahead && result == -EINVAL)};
}

Outcome try_update(const Map& map, const std::byte* keys, const std::byte* values,
                   std::size_t count, Locking locking) {
  auto options = libbpf_options<bpf_map_batch_opts>();
  options.elem_flags = locking == Locking::spin_lock ? BPF_F_LOCK : 0;
  return attempt(count, [&](__u32* done) {
    return ::bpf_map_update_batch(map.fd(), keys, values, done, &options);
  });
}

Outcome try_erase(const Map& map, const std::byte* keys, std::size_t count) {
  auto options = libbpf_options<bpf_map_batch_opts>();
  return attempt(
      count, [&](__u32* done) { return ::bpf_map_delete_batch(map.fd(), keys, done, &options); });
}

void check_size(const Map& map, std::string_view what, ByteView bytes, std::size_t count,
                std::size_t each) {
  if (bytes.size() != count * each)
    throw BadInput(fmt::format("{} {} of {} take {} bytes, not {}", count, what, map.label(),
                               count * each, bytes.size()));
}

/// Runs the call for one entry. Its exceptions say how many entries were completed before.
template <typename Call>
auto with_count(std::size_t done, Call call) {
  try {
    return call();
  } catch (Error& error) {
    error.enrich({.done = done});
    throw;
  }
}

}  // namespace

// If a batch stops, the failing entry is tried alone: that explains the failure, gets past a
// temporary one (Linux 6.18 may report ENOMEM part way through an LPM trie), and serves types and
// kernels without batches.

void put_batch(Map& map, ByteView keys, ByteView values, std::size_t count, Locking locking) {
  const std::size_t key_size = map.info().key_size;
  const std::size_t value_size = map.value_bytes();
  check_size(map, "keys", keys, count, key_size);
  check_size(map, "values", values, count, value_size);
  bool batches = can(map.info().type, Operation::update_batch);
  std::size_t done = locking == Locking::none ? put_mapped(map, keys, values, count) : 0;
  while (done < count) {
    if (batches) {
      const Outcome batch = try_update(map, keys.data() + done * key_size,
                                       values.data() + done * value_size, count - done, locking);
      done += batch.done;
      batches = !batch.unavailable;
      if (batch.error == 0) continue;
    }
    with_count(done, [&] {
      map.put(Packed{keys, key_size}[done], Packed{values, value_size}[done], Update::any, locking);
    });
    ++done;
  }
}

std::size_t erase_batch(Map& map, ByteView keys, std::size_t count,
                        const std::function<void(std::size_t)>& absent) {
  const std::size_t key_size = map.info().key_size;
  check_size(map, "keys", keys, count, key_size);
  bool batches = can(map.info().type, Operation::erase_batch);
  std::size_t removed = 0;
  for (std::size_t done = 0; done < count; ++done) {
    bool is_absent = false;
    if (batches) {
      const Outcome batch = try_erase(map, keys.data() + done * key_size, count - done);
      done += batch.done;
      removed += batch.done;
      batches = !batch.unavailable;
      if (done == count) break;
      is_absent = batch.error == ENOENT;
    }
    if (!is_absent && with_count(done, [&] { return map.erase(Packed{keys, key_size}[done]); }))
      ++removed;
    else if (absent)
      absent(done);
  }
  return removed;
}

}  // namespace mapctl
