// Reading a ring buffer through its memory (Documentation/bpf/ringbuf.rst).
//
// One page holds the consumer's position, which we write; the next one the
// producer's, and behind it lies the data, mapped twice in a row so that a
// record that wraps around can be read in one piece. Positions only ever grow.

#include <linux/bpf.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "map/events/event_engine.hpp"
#include "map/map_error.hpp"
#include "map/walk/memory_map.hpp"

namespace mapctl {
namespace {

using Position = unsigned long;

std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

class RingReader final : public EventReader::Engine {
 public:
  explicit RingReader(Map& map)
      : map_(map),
        size_(map.info().max_entries),
        consumer_page_(map, 0, page_size(), true),
        producer_pages_(map, page_size(), page_size() + 2 * size_, false),
        place_(consumer().load(std::memory_order_acquire)) {}

  std::size_t poll(std::chrono::milliseconds timeout,
                   const std::function<void(const Event&)>& receive, std::size_t most) override {
    if (const std::size_t count = take_all(receive, most); count > 0) return count;
    pollfd waiting{.fd = map_.fd(), .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(timeout.count())) < 0 && errno != EINTR)
      throw map_error({map_, Operation::lookup}, errno);
    // Also after the time is over: programs may send without waking anyone up.
    return take_all(receive, most);
  }

 private:
  std::atomic_ref<Position> consumer() const {
    return std::atomic_ref(*reinterpret_cast<Position*>(consumer_page_.data()));
  }
  Position produced() const {
    return std::atomic_ref(*reinterpret_cast<Position*>(producer_pages_.data()))
        .load(std::memory_order_acquire);
  }
  std::byte* record_at(Position position) const {
    return producer_pages_.data() + page_size() + (position & (size_ - 1));
  }

  std::size_t take_all(const std::function<void(const Event&)>& receive, std::size_t most) {
    std::size_t count = 0;
    look_around();
    // Up to here only: programs that are faster than we are would never let us end.
    const Position end = produced();
    while (count < most && place_ < end) {
      const auto header = std::atomic_ref(*reinterpret_cast<std::uint32_t*>(record_at(place_)))
                              .load(std::memory_order_acquire);
      if ((header & BPF_RINGBUF_BUSY_BIT) != 0) break;
      if (!take(header & ~BPF_RINGBUF_DISCARD_BIT)) continue;
      if ((header & BPF_RINGBUF_DISCARD_BIT) != 0) continue;
      ++count;
      ++stats_.received;
      receive({.data = taken_});
    }
    return count;
  }

  /// What happened since the last time, apart from new events.
  void look_around() {
    if (const Position now = consumer().load(std::memory_order_acquire); now != place_) {
      ++stats_.rivals;
      place_ = now;
    }
    const Position used = produced() - place_;
    if (used > size_ - size_ / 16) ++stats_.overfull;
  }

  /// Copies the record and only then moves on, so that another reader cannot
  /// have it, too. False where that one was faster.
  bool take(std::size_t length) {
    taken_.clear();
    if (length <= size_ - BPF_RINGBUF_HDR_SZ) {  // else it was overwritten meanwhile
      const std::byte* const begin = record_at(place_) + BPF_RINGBUF_HDR_SZ;
      taken_.assign(begin, begin + length);
    }
    constexpr std::size_t alignment = 8;
    const std::size_t whole = (length + BPF_RINGBUF_HDR_SZ + alignment - 1) / alignment * alignment;
    Position expected = place_;
    const bool is_ours = consumer().compare_exchange_strong(expected, place_ + whole);
    place_ = is_ours ? place_ + whole : expected;
    if (!is_ours) ++stats_.rivals;
    return is_ours;
  }

  Map& map_;
  std::size_t size_;
  MemoryMap consumer_page_;
  MemoryMap producer_pages_;
  Position place_;
  Bytes taken_;
};

}  // namespace

std::unique_ptr<EventReader::Engine> make_ring_reader(Map& map) {
  return std::make_unique<RingReader>(map);
}

}  // namespace mapctl
