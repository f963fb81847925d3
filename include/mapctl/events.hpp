#pragma once
// What programs send to user space: ring buffers (Linux 5.8) and perf event arrays (4.3).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "mapctl/bytes.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

struct Event {
  ByteView data;                  ///< valid during the call that receives it
  std::optional<unsigned> cpu{};  ///< perf event array: where it was sent
};

struct EventStats {
  std::uint64_t received = 0;
  /// Perf event array: events the kernel could not store, as it counts them
  /// itself: all so far since Linux 6.0, before that those that were followed by
  /// an event of the same CPU. Nothing counts those of a ring buffer.
  std::uint64_t lost = 0;
};

/// Takes events out of a map, oldest first. Events of a perf event array are
/// those sent from now on; a ring buffer keeps what was sent before.
///
/// One program at a time should read a map. Of two readers of a ring buffer each gets a part
/// of the events, and both may get the same one. A reader of a perf event array takes the
/// place of the one before it, which then gets nothing more; this class refuses to start
/// where another instance of it, in the same network namespace, reads already (Cause::busy).
class EventReader {
 public:
  /// Needs a descriptor that may read and write: for a ring buffer the consumer's
  /// place is written, for a perf event array the map is. A perf event array needs
  /// CAP_PERFMON, too. Throws Error (unsupported) for maps of other types.
  /// The map must outlive the reader. While it is made, libbpf, whose printer belongs to the
  /// whole process, prints nothing, on other threads neither.
  explicit EventReader(Map& map);
  ~EventReader();
  EventReader(EventReader&&) noexcept;
  EventReader& operator=(EventReader&&) noexcept;

  /// Hands over what is there, at most `most` events and no more than a ring buffer can hold, so
  /// that it ends however fast others come; waits for the first one up
  /// to that long. Returns how many it was, 0 after the time or a signal. What
  /// `receive` throws is thrown on; the event it threw at has left the map.
  std::size_t poll(std::chrono::milliseconds timeout,
                   const std::function<void(const Event&)>& receive, std::size_t most = SIZE_MAX);

  /// As of now.
  const EventStats& stats() const noexcept;

  class Engine;

 private:
  std::unique_ptr<Engine> engine_;
};

}  // namespace mapctl
