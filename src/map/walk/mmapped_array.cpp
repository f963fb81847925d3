#include "map/walk/mmapped_array.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "map/fd_info.hpp"
#include "map/map_error.hpp"
#include "map/type/map_flags.hpp"
#include "map/walk/batch_cursor.hpp"

namespace mapctl {
namespace {

constexpr std::size_t window_bytes = std::size_t{1} << 20;
/// A mapping for fewer entries costs more than the batch call.
constexpr std::size_t fewest_writes = 32;

bool is_mmapable(const Map& map) {
  return map.info().type == MapType::array && (map.info().flags & map_flag::mmapable) != 0;
}

std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

/// Some elements of the array, mapped into memory. Throws Error.
class Window {
 public:
  Window(const Map& map, std::size_t first, std::size_t count, bool writable)
      : stride_(per_cpu_stride(map.info().value_size)),
        start_(first * stride_ / page_size() * page_size()),
        size_((first + count) * stride_ - start_) {
    const int access = writable ? PROT_READ | PROT_WRITE : PROT_READ;
    memory_ = ::mmap(nullptr, size_, access, MAP_SHARED, map.fd(), static_cast<off_t>(start_));
    if (memory_ == MAP_FAILED) throw map_error({map.info(), map.fd(), Operation::mmap}, errno);
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window() { ::munmap(memory_, size_); }

  std::byte* element(std::size_t index) const {
    return static_cast<std::byte*>(memory_) + index * stride_ - start_;
  }

 private:
  std::size_t stride_;
  std::size_t start_;
  std::size_t size_;
  void* memory_;
};

// Programs write concurrently, and must never see a value of up to 8 bytes half-written. Its
// element always has 8 bytes, and nobody else sees the bytes after the value.
constexpr std::size_t word_size = sizeof(std::uint64_t);

void copy_out(std::byte* element, ByteSpan value) {
  if (value.size() > word_size) {
    std::memcpy(value.data(), element, value.size());
    return;
  }
  const std::uint64_t word =
      std::atomic_ref(*reinterpret_cast<std::uint64_t*>(element)).load(std::memory_order_relaxed);
  std::memcpy(value.data(), &word, value.size());
}

void copy_in(ByteView value, std::byte* element) {
  if (value.size() > word_size) {
    std::memcpy(element, value.data(), value.size());
    return;
  }
  std::uint64_t word = 0;
  std::memcpy(&word, value.data(), value.size());
  std::atomic_ref(*reinterpret_cast<std::uint64_t*>(element))
      .store(word, std::memory_order_relaxed);
}

std::uint64_t load_word(ByteView bytes, std::uint64_t word) {
  std::memcpy(&word, bytes.data(), std::min(bytes.size(), word_size));
  return word;
}

/// Copies the bits that are 0 in the mask. Each word changes in one step, and only if no program
/// has written to it meanwhile; else it is tried again.
void copy_in_rest(ByteView value, ByteView kept, std::byte* element) {
  for (std::size_t at = 0; at < value.size(); at += word_size) {
    const std::uint64_t keeps = load_word(kept.subspan(at), ~std::uint64_t{0});
    if (keeps == ~std::uint64_t{0}) continue;
    const std::uint64_t wanted = load_word(value.subspan(at), 0) & ~keeps;
    const std::atomic_ref word(*reinterpret_cast<std::uint64_t*>(element + at));
    std::uint64_t old = word.load(std::memory_order_relaxed);
    while (!word.compare_exchange_weak(old, (old & keeps) | wanted, std::memory_order_relaxed)) {
    }
  }
}

/// The indices of consecutive entries of a batch that fit into one window.
struct Run {
  std::size_t entries = 0;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

Run next_run(const Map& map, ByteView keys) {
  const std::size_t most =
      std::max<std::size_t>(window_bytes / per_cpu_stride(map.info().value_size), 1);
  Run run{0, index_of(keys), index_of(keys)};
  for (; !keys.empty(); keys = keys.subspan(sizeof(std::uint32_t)), ++run.entries) {
    const std::uint32_t index = index_of(keys);
    const std::uint32_t first = std::min(run.first, index);
    const std::uint32_t last = std::max(run.last, index);
    if (index >= map.info().max_entries || last - first >= most) break;
    run.first = first;
    run.last = last;
  }
  return run;
}

/// A map that programs may not write to cannot be mapped writable either.
bool can_map_writable(const Map& map) {
  return is_mmapable(map) && (map.info().flags & map_flag::rdonly_prog) == 0 &&
         !is_read_only(map.fd()) && !is_write_only(map.fd());
}

}  // namespace

std::optional<ArrayReader> ArrayReader::open(const Map& map) {
  if (!is_mmapable(map)) return std::nullopt;
  ArrayReader reader(map);
  try {
    // Linux maps no read-only descriptor, not even for reading.
    if (is_read_only(map.fd())) reader.reopened_ = Map::open(map.info().id);
    const Window probe(reader.map(), 0, 1, false);
  } catch (const Error&) {
    return std::nullopt;
  }
  return reader;
}

std::optional<Chunk> ArrayReader::next() {
  const Map& map = this->map();
  const std::uint32_t rest = map.info().max_entries - index_;
  const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(chunk_capacity(map), rest));
  if (count == 0) return std::nullopt;
  const std::size_t key_size = map.info().key_size;
  const std::size_t value_size = map.info().value_size;
  keys_.resize(count * key_size);
  values_.resize(count * value_size);
  const Window window(map, index_, count, false);
  for (std::size_t i = 0; i < count; ++i, ++index_) {
    std::memcpy(keys_.data() + i * key_size, &index_, key_size);
    copy_out(window.element(index_), ByteSpan(values_).subspan(i * value_size, value_size));
  }
  return Chunk(keys_.data(), values_.data(), count, key_size, value_size);
}

std::size_t put_mapped(const Map& map, ByteView keys, ByteView values, std::size_t count,
                       ByteView kept) {
  const std::size_t fewest = kept.empty() ? fewest_writes : 1;
  if (count < fewest || !can_map_writable(map)) return 0;
  const std::size_t value_size = map.info().value_size;
  std::size_t done = 0;
  try {
    while (done < count) {
      const Run run = next_run(map, keys.subspan(done * sizeof(std::uint32_t)));
      if (run.entries < std::min(fewest, count - done)) break;
      const Window window(map, run.first, std::size_t{run.last} - run.first + 1, true);
      for (const std::size_t end = done + run.entries; done < end; ++done) {
        std::byte* const element =
            window.element(index_of(keys.subspan(done * sizeof(std::uint32_t))));
        const ByteView value = values.subspan(done * value_size, value_size);
        kept.empty() ? copy_in(value, element)
                     : copy_in_rest(value, kept.subspan(done * value_size, value_size), element);
      }
    }
  } catch (const Error&) {  // the mapping failed, and nothing of its run was written
  }
  return done;
}

}  // namespace mapctl
