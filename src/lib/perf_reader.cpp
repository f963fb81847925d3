// Reading a perf event array through libbpf, which opens an event on every CPU
// and puts it into the map.

#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <deque>

#include "event_engine.hpp"
#include "kernel_error.hpp"

namespace mapctl {
namespace {

constexpr std::size_t pages_per_cpu = 64;  // 256 KiB

struct FreePerfBuffer {
  void operator()(perf_buffer* buffer) const { ::perf_buffer__free(buffer); }
};

[[noreturn]] void fail(const Map& map, int error, Explanation explanation) {
  throw kernel_error(Operation::lookup, error, fmt::format("read events from {}", map.label()),
                     std::move(explanation), map.info().type);
}

/// An abstract socket of the map's number: whoever holds its name is the reader.
/// The map itself cannot tell who is in it.
Fd become_only_reader(const Map& map) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = fmt::format("mapctl-events-{}", map.info().id);
  name.copy(address.sun_path + 1, name.size());
  Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0) return socket;
  if (errno != EADDRINUSE) fail(map, errno, explain(errno));
  fail(map, EBUSY,
       {.cause = Cause::busy,
        .reason = "another mapctl reads them already",
        .why = "a second reader of a perf event array takes the place of the first",
        .fix = {"end the other one first"}});
}

class PerfReader final : public EventReader::Engine {
 public:
  explicit PerfReader(Map& map) : map_(map), only_reader_(become_only_reader(map)) {
    buffer_.reset(::perf_buffer__new(map.fd(), pages_per_cpu, on_sample, on_lost, this, nullptr));
    if (buffer_) return;
    const int error = errno;
    fail(map, error,
         error == EACCES || error == EPERM ? needs_capability("opening perf events", "CAP_PERFMON")
                                           : explain(error));
  }

  std::size_t poll(std::chrono::milliseconds timeout,
                   const std::function<void(const Event&)>& receive, std::size_t most) override {
    if (waiting_.empty()) {
      const int result = ::perf_buffer__poll(buffer_.get(), static_cast<int>(timeout.count()));
      if (result < 0 && result != -EINTR) fail(map_, -result, explain(-result));
    }
    std::size_t count = 0;
    for (; count < most && !waiting_.empty(); ++count) {
      const Sample sample = std::move(waiting_.front());
      waiting_.pop_front();
      ++stats_.received;
      receive({.data = sample.data, .cpu = sample.cpu});
    }
    return count;
  }

 private:
  struct Sample {
    unsigned cpu;
    Bytes data;
  };

  // Nothing may be thrown through libbpf, so samples wait here for their receiver.
  static void on_sample(void* self, int cpu, void* data, __u32 size) {
    const auto* const begin = static_cast<const std::byte*>(data);
    static_cast<PerfReader*>(self)->waiting_.push_back(
        {static_cast<unsigned>(cpu), Bytes(begin, begin + size)});
  }
  static void on_lost(void* self, int /*cpu*/, __u64 count) {
    static_cast<PerfReader*>(self)->stats_.lost += count;
  }

  Map& map_;
  Fd only_reader_;
  std::unique_ptr<perf_buffer, FreePerfBuffer> buffer_;
  std::deque<Sample> waiting_;
};

}  // namespace

std::unique_ptr<EventReader::Engine> make_perf_reader(Map& map) {
  return std::make_unique<PerfReader>(map);
}

}  // namespace mapctl
