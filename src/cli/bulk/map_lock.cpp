#include "cli/bulk/map_lock.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <map>
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
    throw Failed(
        {"interrupted", Exit::interrupted, fmt::format("interrupted before it could {}", attempt)});
  throw Failed({"busy",
                Exit::refused,
                fmt::format("cannot {}: {} is changing it, or a map pinned beside it", attempt,
                            describe(holder)),
                "two runs at once would end in a mixture",
                {"try again", "wait longer: --timeout DURATION"}});
}

/// Directories by device and inode: each once, and in the same order for every run, so that no two
/// runs wait for each other.
using Directories = std::map<std::pair<dev_t, ino_t>, fs::path>;

void add(Directories& directories, const fs::path& directory) {
  struct stat status {};
  ::stat(directory.c_str(), &status);
  directories.try_emplace({status.st_dev, status.st_ino}, directory);
}

/// The pin that the caller named; nothing for a map that was named otherwise.
std::optional<fs::path> named_pin(const std::string& reference) {
  if (reference.starts_with("id:") || reference.starts_with("name:")) return std::nullopt;
  fs::path pin = pin_path(reference);
  return is_pinned(pin) ? std::optional{std::move(pin)} : std::nullopt;
}

/// The directories of all pins of a map, so that all of its names exclude each other.
Directories directories_of_pins(const Target& target) {
  Directories directories;
  if (const auto pin = named_pin(target.reference)) add(directories, directory_of(*pin));
  for (const std::string& pin : pins_of(pins_by_id(), target.map.info().id))
    add(directories, directory_of(pin));
  if (directories.empty()) add(directories, bpffs_directory());
  return directories;
}

/// Who had the lock may have put another map in the place of this one.
void check_in_place(const Target& target, std::string_view verb) {
  const std::optional<fs::path> pin = named_pin(target.reference);
  if (!pin || Map::open(*pin, Access::read_only).info().id == target.map.info().id) return;
  throw Failed({"busy",
                Exit::refused,
                fmt::format("cannot {} {}: meanwhile another map has taken its place", verb,
                            target.map.label()),
                "nothing was written",
                {"run it again"}});
}

}  // namespace

KeepWaiting wait_at_most(std::uint32_t milliseconds, std::string attempt) {
  return [milliseconds, attempt = std::move(attempt),
          end = std::optional<Clock::time_point>{}](pid_t holder) mutable {
    watch_interrupts();
    const bool is_first = !end;
    if (is_first) end = Clock::now() + std::chrono::milliseconds(milliseconds);
    if (interrupted() || Clock::now() >= *end) give_up(attempt, holder);
    if (is_first)
      note(fmt::format("waiting to {}: {} is changing it, or a map pinned beside it", attempt,
                       describe(holder)));
    return true;
  };
}

std::vector<Fd> lock_map(const Target& target, std::uint32_t milliseconds, std::string_view verb) {
  const KeepWaiting keep_waiting =
      wait_at_most(milliseconds, fmt::format("{} {}", verb, target.map.label()));
  std::vector<Fd> locks;
  for (const auto& [place, directory] : directories_of_pins(target)) try {
      locks.push_back(
          lock_directory(directory, [&](pid_t holder) { return keep_waiting(holder); }));
    } catch (const Error& error) {
      if (error.cause() != Cause::not_found && error.cause() != Cause::permission) throw;
      note(fmt::format("{}; another run that changes {} may not wait for this one", error.what(),
                       target.map.label()));
    }
  check_in_place(target, verb);
  return locks;
}

}  // namespace mapctl::cli
