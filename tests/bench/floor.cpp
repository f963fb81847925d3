#include "floor.hpp"

#include <bpf/bpf.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>
#include <utility>

namespace mapctl::bench {

namespace {

double processor_milliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_nsec) / 1'000'000;
}

void check(int result, const char* what) {
  if (result != 0) throw std::runtime_error(std::string{what} + " failed");
}

/// Larger buffers are no faster.
constexpr std::size_t buffer_bytes = 256 * 1024;

template <typename Call>
Run walk(const Map& map, const char* what, Call call) {
  const std::size_t key_size = map.info().key_size;
  const auto most = static_cast<__u32>(buffer_bytes / (key_size + map.value_bytes()));
  Bytes keys(most * key_size);
  Bytes values(most * map.value_bytes());
  Bytes place(std::max<std::size_t>(key_size, sizeof(__u32)));
  Bytes next_place(place.size());
  return timed([&] {
    for (bool is_first = true;; is_first = false) {
      __u32 count = most;
      const int result = call(map.fd(), is_first ? nullptr : place.data(), next_place.data(),
                              keys.data(), values.data(), &count, nullptr);
      if (result == -ENOENT) return;
      check(result, what);
      std::swap(place, next_place);
    }
  });
}

}  // namespace

Run timed(const std::function<void()>& action) {
  const double begin = processor_milliseconds();
  action();
  return {.milliseconds = processor_milliseconds() - begin};
}

Run lookup_batches(const Map& map) { return walk(map, "lookup_batch", bpf_map_lookup_batch); }

Run lookup_and_delete_batches(const Map& map) {
  return walk(map, "lookup_and_delete_batch", bpf_map_lookup_and_delete_batch);
}

Run update_batch(const Map& map, const Entries& entries) {
  return timed([&] {
    auto count = static_cast<__u32>(entries.count);
    check(
        bpf_map_update_batch(map.fd(), entries.keys.data(), entries.values.data(), &count, nullptr),
        "update_batch");
  });
}

Run update_one_by_one(const Map& map, const Entries& entries) {
  const std::size_t key_size = map.info().key_size;
  return timed([&] {
    for (std::size_t i = 0; i < entries.count; ++i)
      check(bpf_map_update_elem(map.fd(), &entries.keys[i * key_size],
                                &entries.values[i * map.value_bytes()], BPF_ANY),
            "update_elem");
  });
}

Run delete_batch(const Map& map, const Entries& entries) {
  return timed([&] {
    auto count = static_cast<__u32>(entries.count);
    check(bpf_map_delete_batch(map.fd(), entries.keys.data(), &count, nullptr), "delete_batch");
  });
}

}  // namespace mapctl::bench
