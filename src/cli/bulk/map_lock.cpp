#include "cli/bulk/map_lock.hpp"

#include <fmt/format.h>

#include <utility>

#include "cli/naming/map_ref.hpp"
#include "cli/naming/map_survey.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"
#include "map/pin_open.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::string describe(pid_t holder) {
  return holder > 0 ? fmt::format("process {}", holder) : std::string{"another process"};
}

[[noreturn]] void give_up(const std::string& attempt, pid_t holder) {
  if (interrupted())
    throw Failed({"interrupted", Exit::interrupted,
                  fmt::format("interrupted before it could {}: nothing was written", attempt)});
  throw Failed({"busy",
                Exit::refused,
                fmt::format("cannot {}: {} is changing it, or a map pinned beside it", attempt,
                            describe(holder)),
                "two runs at once would end in a mixture; nothing was written",
                {"try again", "wait longer: --timeout SECONDS"}});
}

/// The same for all names of a map, so that they exclude each other: the directory of its pin.
fs::path directory_of_pin(const Target& target) {
  const std::string& reference = target.reference;
  const bool is_name = !reference.starts_with("id:") && !reference.starts_with("name:");
  if (is_name && is_pinned(pin_path(reference))) return pin_path(reference).parent_path();
  const std::vector<std::string> pins = pins_of(pins_by_id(), target.map.info().id);
  return pins.empty() ? bpffs_directory() : fs::path{pins.front()}.parent_path();
}

}  // namespace

KeepWaiting wait_at_most(std::uint32_t milliseconds, std::string attempt) {
  const Clock::time_point end = Clock::now() + std::chrono::milliseconds(milliseconds);
  return [end, attempt = std::move(attempt), is_noted = false](pid_t holder) mutable {
    watch_interrupts();
    if (interrupted() || Clock::now() >= end) give_up(attempt, holder);
    if (!std::exchange(is_noted, true))
      note(fmt::format("waiting to {}: {} is changing it, or a map pinned beside it", attempt,
                       describe(holder)));
    return true;
  };
}

Fd lock_map(const Target& target, std::uint32_t milliseconds) {
  try {
    return lock_directory(directory_of_pin(target),
                          wait_at_most(milliseconds, fmt::format("sync {}", target.map.label())));
  } catch (const Error& error) {
    if (error.cause() != Cause::not_found && error.cause() != Cause::permission) throw;
    return {};
  }
}

}  // namespace mapctl::cli
