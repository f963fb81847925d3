#include "mapctl/events.hpp"

#include <fmt/format.h>

#include "map/error/kernel_error.hpp"
#include "map/events/events.hpp"

namespace mapctl {
namespace {

std::unique_ptr<EventReader::Engine> make_engine(Map& map) {
  const MapType type = map.info().type;
  if (type == MapType::ringbuf) return make_ring_reader(map);
  if (type == MapType::perf_event_array) return make_perf_reader(map);
  throw kernel_error(Operation::lookup, error_not_supported,
                     fmt::format("read events from {}", map.label()),
                     {.cause = Cause::unsupported,
                      .reason = fmt::format("it is of type {}", type_name(type)),
                      .why = "events come from a ringbuf or a perf_event_array"},
                     type);
}

}  // namespace

EventReader::EventReader(Map& map) : engine_(make_engine(map)) {}
EventReader::~EventReader() = default;
EventReader::EventReader(EventReader&&) noexcept = default;
EventReader& EventReader::operator=(EventReader&&) noexcept = default;

std::size_t EventReader::poll(std::chrono::milliseconds timeout,
                              const std::function<void(const Event&)>& receive, std::size_t most) {
  return engine_->poll(timeout, receive, most);
}

const EventStats& EventReader::stats() const noexcept { return engine_->stats(); }

}  // namespace mapctl
