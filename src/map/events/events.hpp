#pragma once
// The two sources of events that EventReader chooses from.

#include "mapctl/events.hpp"

namespace mapctl {

class EventReader::Engine {
 public:
  virtual ~Engine() = default;
  virtual std::size_t poll(std::chrono::milliseconds timeout,
                           const std::function<void(const Event&)>& receive, std::size_t most) = 0;

  virtual const EventStats& stats() noexcept { return stats_; }

 protected:
  EventStats stats_;
};

std::unique_ptr<EventReader::Engine> make_ring_reader(Map& map);
std::unique_ptr<EventReader::Engine> make_perf_reader(Map& map);

}  // namespace mapctl
