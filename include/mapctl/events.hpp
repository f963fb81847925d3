#pragma once
// Events that programs send to user space: ring buffers (Linux 5.8) and perf event arrays (4.3).

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
  std::optional<unsigned> cpu{};  ///< perf event array: the CPU that sent it
};

struct EventStats {
  std::uint64_t received = 0;
  /// Perf event array: events that the kernel could not store, by its own count: all so far since
  /// Linux 6.0, before that those that were followed by an event of the same CPU. A ring buffer
  /// does not count lost events.
  std::uint64_t lost = 0;
};

/// Takes events out of a map, oldest first. A perf event array gives the events sent from now on; a
/// ring buffer keeps earlier ones.
///
/// One program at a time should read a map. Two readers of a ring buffer each get a part of the
/// events, and both may get the same one. A new reader of a perf event array replaces the one
/// before it, which then gets nothing more; this class refuses to start (Cause::busy) if another
/// instance of it, in the same network namespace, reads already.
class EventReader {
 public:
  /// Needs a descriptor that may read and write: it writes the consumer position of a ring buffer,
  /// and the elements of a perf event array, which needs CAP_PERFMON, too. Throws Error
  /// (unsupported) for maps of other types. The map must outlive the reader. During construction,
  /// libbpf prints nothing on any thread, because its printer belongs to the whole process.
  explicit EventReader(Map& map);
  ~EventReader();
  EventReader(EventReader&&) noexcept;
  EventReader& operator=(EventReader&&) noexcept;

  /// Passes on the events that are there, at most `most` and no more than a ring buffer can hold,
  /// so that it ends however fast others come. Waits for the first one up to `timeout`. Returns the
  /// number of events, 0 after the timeout or a signal. An exception of `receive` passes through;
  /// the event that caused it has left the map.
  std::size_t poll(std::chrono::milliseconds timeout,
                   const std::function<void(const Event&)>& receive, std::size_t most = SIZE_MAX);

  /// The counts as of now.
  const EventStats& stats() const noexcept;

  class Engine;

 private:
  std::unique_ptr<Engine> engine_;
};

}  // namespace mapctl
