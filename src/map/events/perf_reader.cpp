// Reads a perf event array through libbpf, which opens an event on every CPU and puts it into the
// map.

#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <deque>
#include <exception>
#include <utility>

#include "map/error/kernel_error.hpp"
#include "map/error/libbpf_log.hpp"
#include "map/events/events.hpp"
#include "map/fd_info.hpp"
#include "map/map_error.hpp"

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

/// The events are put into the map. The kernel would refuse that only after it has checked the
/// right to open events, and with the same errno.
void check_writable(const Map& map) {
  if (!read_map_usage(map.fd()).frozen && !is_read_only(map.fd())) return;
  Error error = map_error({map.info(), map.fd(), Operation::update}, EPERM);
  throw error.enrich({.attempt = fmt::format("read events from {}", map.label())});
}

/// The process that holds the name of this abstract socket, which contains the map's id, is the
/// reader. The map itself does not report its reader.
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
        .reason = "another reader has them already",
        .why = "a second reader of a perf event array takes the place of the first",
        .fix = {"end the other one first"}});
}

/// Attributes of the array's event on each CPU. Since Linux 6.0 the kernel reports the number of
/// lost events on request; before, only with the next event on that CPU.
perf_event_attr attributes(bool counts_lost) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_BPF_OUTPUT;
  attributes.sample_type = PERF_SAMPLE_RAW;
  attributes.sample_period = 1;
  attributes.wakeup_events = 1;
  if (counts_lost) attributes.read_format = PERF_FORMAT_LOST;
  return attributes;
}

class PerfReader final : public EventReader::Engine {
 public:
  explicit PerfReader(Map& map) : map_(map), only_reader_(become_only_reader(map)) {
    check_writable(map);
    const LibbpfLog silence;
    counts_lost_ = open_buffer(true);
    if (counts_lost_ || open_buffer(false)) return;
    const int error = errno;
    fail(map, error,
         error == EACCES || error == EPERM ? needs_capability("opening perf events", "CAP_PERFMON")
                                           : explain(error));
  }

  std::size_t poll(std::chrono::milliseconds timeout,
                   const std::function<void(const Event&)>& receive, std::size_t most) override {
    if (waiting_.empty()) {
      const int result = ::perf_buffer__poll(buffer_.get(), static_cast<int>(timeout.count()));
      if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
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

  const EventStats& stats() noexcept override {
    if (counts_lost_) stats_.lost = lost_so_far();
    return stats_;
  }

 private:
  struct Sample {
    unsigned cpu;
    Bytes data;
  };

  bool open_buffer(bool counts_lost) {
    perf_event_attr wanted = attributes(counts_lost);
    buffer_.reset(
        ::perf_buffer__new_raw(map_.fd(), pages_per_cpu, &wanted, on_record, this, nullptr));
    return buffer_ != nullptr;
  }

  /// The lost events of all CPUs together, as the kernel counts them.
  std::uint64_t lost_so_far() const noexcept {
    std::uint64_t lost = 0;
    for (std::size_t i = 0; i < ::perf_buffer__buffer_cnt(buffer_.get()); ++i) {
      struct {
        std::uint64_t value, lost;
      } counts{};
      const int fd = ::perf_buffer__buffer_fd(buffer_.get(), i);
      if (::read(fd, &counts, sizeof counts) == sizeof counts) lost += counts.lost;
    }
    return lost;
  }

  // Exceptions must not pass through libbpf, so samples wait here for their receiver.
  static bpf_perf_event_ret on_record(void* self, int cpu, perf_event_header* header) {
    auto& reader = *static_cast<PerfReader*>(self);
    try {
      reader.take(static_cast<unsigned>(cpu), reinterpret_cast<const std::byte*>(header),
                  header->type);
    } catch (...) {
      reader.failure_ = std::current_exception();
    }
    return LIBBPF_PERF_EVENT_CONT;
  }

  /// A sample has its size and its bytes; a loss has the event's id and a count.
  void take(unsigned cpu, const std::byte* record, std::uint32_t type) {
    const std::byte* const body = record + sizeof(perf_event_header);
    if (type == PERF_RECORD_SAMPLE) {
      std::uint32_t size = 0;
      std::memcpy(&size, body, sizeof size);
      waiting_.push_back({cpu, Bytes(body + sizeof size, body + sizeof size + size)});
    } else if (type == PERF_RECORD_LOST && !counts_lost_) {
      std::uint64_t count = 0;
      std::memcpy(&count, body + sizeof(std::uint64_t), sizeof count);
      stats_.lost += count;
    }
  }

  Map& map_;
  Fd only_reader_;
  std::unique_ptr<perf_buffer, FreePerfBuffer> buffer_;
  bool counts_lost_ = false;
  std::deque<Sample> waiting_;
  std::exception_ptr failure_;
};

}  // namespace

std::unique_ptr<EventReader::Engine> make_perf_reader(Map& map) {
  return std::make_unique<PerfReader>(map);
}

}  // namespace mapctl
