// Reads a ring buffer through libbpf.

#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

#include "map/error/libbpf_log.hpp"
#include "map/events/events.hpp"
#include "map/map_error.hpp"

namespace mapctl {
namespace {

struct FreeRingBuffer {
  void operator()(ring_buffer* buffer) const { ::ring_buffer__free(buffer); }
};

class RingReader final : public EventReader::Engine {
 public:
  explicit RingReader(Map& map) : map_(map) {
    const LibbpfLog silence;
    buffer_.reset(::ring_buffer__new(map.fd(), on_sample, this, nullptr));
    if (!buffer_) throw map_error({map.info(), map.fd(), Operation::mmap}, errno);
  }

  std::size_t poll(std::chrono::milliseconds timeout,
                   const std::function<void(const Event&)>& receive, std::size_t most) override {
    receive_ = &receive;
    count_ = 0;
    most_ = std::min(most, capacity());
    if (most_ == 0) return 0;
    int result = ::ring_buffer__poll(buffer_.get(), static_cast<int>(timeout.count()));
    // This also runs after the timeout: programs may send without waking anyone up.
    if (result == 0) result = ::ring_buffer__consume(buffer_.get());
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    if (result < 0 && result != -EINTR && result != enough)
      throw map_error({map_.info(), map_.fd(), Operation::lookup}, -result);
    return count_;
  }

 private:
  static constexpr int enough = -ECANCELED;

  /// The most events of one poll. Without a bound, programs that are faster than the reader would
  /// never let a poll end.
  std::size_t capacity() const {
    constexpr std::size_t smallest_record = 16;
    return map_.info().max_entries / smallest_record;
  }

  // libbpf moves on past the sample, and stops if this is negative. Exceptions must not pass
  // through it.
  static int on_sample(void* self, void* data, std::size_t size) {
    auto& reader = *static_cast<RingReader*>(self);
    ++reader.stats_.received;
    ++reader.count_;
    try {
      (*reader.receive_)({.data = {static_cast<const std::byte*>(data), size}});
    } catch (...) {
      reader.failure_ = std::current_exception();
      return enough;
    }
    return reader.count_ < reader.most_ ? 0 : enough;
  }

  Map& map_;
  std::unique_ptr<ring_buffer, FreeRingBuffer> buffer_;
  const std::function<void(const Event&)>* receive_ = nullptr;
  std::size_t count_ = 0;
  std::size_t most_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

std::unique_ptr<EventReader::Engine> make_ring_reader(Map& map) {
  return std::make_unique<RingReader>(map);
}

}  // namespace mapctl
