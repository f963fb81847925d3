#include "mapctl/holders.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include "map/error/kernel_error.hpp"
#include "map/fd_info.hpp"

namespace mapctl {
namespace {

namespace fs = std::filesystem;

std::string command_of(const fs::path& process) {
  std::ifstream file(process / "comm");
  std::string command;
  std::getline(file, command, '\0');
  if (command.ends_with('\n')) command.pop_back();
  return command;
}

/// True if something exists that the caller may not see. False if it has ended meanwhile.
bool hides(const std::error_code& error) {
  return error && error != std::errc::no_such_file_or_directory &&
         error != std::errc::no_such_process;
}

struct Table {
  bool is_empty = true;
  std::set<std::uint32_t> maps{};
};

/// The descriptors of a process or a thread; nullopt, and the reason in `error`, if the caller may
/// not see them.
std::optional<Table> table_of(const fs::path& task, std::error_code& error) {
  Table table;
  for (fs::directory_iterator at(task / "fd", error), end; !error && at != end;
       at.increment(error)) {
    table.is_empty = false;
    // Few of many descriptors are maps; the link shows which, in one call.
    const fs::path target = fs::read_symlink(at->path(), error);
    if (hides(error)) return std::nullopt;
    if (!is_map_link(target.string())) continue;
    if (const auto id = map_id_in(task / "fdinfo" / at->path().filename())) table.maps.insert(*id);
  }
  if (hides(error)) return std::nullopt;
  return table;
}

/// The maps that a process has open; nullopt, and the reason in `error`, if the caller may not see
/// them.
std::optional<std::set<std::uint32_t>> maps_of(const fs::path& process, std::error_code& error) {
  std::optional<Table> table = table_of(process, error);
  if (!table) return std::nullopt;
  if (!table->is_empty) return std::move(table->maps);
  // The first thread of a process can end before the others.
  for (fs::directory_iterator at(process / "task", error), end; !error && at != end;
       at.increment(error)) {
    std::optional<Table> threads = table_of(at->path(), error);
    if (!threads) return std::nullopt;
    table->maps.merge(threads->maps);
  }
  if (hides(error)) return std::nullopt;
  return std::move(table->maps);
}

std::optional<std::uint32_t> process_id(const std::string& directory) {
  std::uint32_t pid = 0;
  const char* const end = directory.data() + directory.size();
  const auto [stop, error] = std::from_chars(directory.data(), end, pid);
  return error == std::errc{} && stop == end ? std::optional{pid} : std::nullopt;
}

/// All processes, in the order of their ids.
std::map<std::uint32_t, fs::path> all_processes() {
  std::map<std::uint32_t, fs::path> processes;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error))
    if (const auto pid = process_id(at->path().filename().string()))
      processes.emplace(*pid, at->path());
  if (error || processes.empty())
    throw kernel_error(Operation::info, error.value(), "tell which processes have maps open",
                       {.cause = Cause::other,
                        .reason = "/proc cannot be read",
                        .fix = {"mount -t proc proc /proc"}});
  return processes;
}

}  // namespace

MapHolders map_holders() {
  MapHolders holders;
  const std::map<std::uint32_t, fs::path> processes = all_processes();
  // Every PID namespace has a first process: if that is invisible, /proc hides the processes of
  // other users (hidepid).
  holders.complete = processes.contains(1);
  for (const auto& [pid, process] : processes) {
    std::error_code error;
    const auto ids = maps_of(process, error);
    if (!ids && holders.closed++ == 0) {
      holders.first_closed = pid;
      holders.error_number = error.value();
    }
    if (!ids) holders.complete = false;
    if (!ids || ids->empty()) continue;
    const MapHolder holder{pid, command_of(process)};
    for (const std::uint32_t id : *ids) holders.by_map[id].push_back(holder);
  }
  return holders;
}

}  // namespace mapctl
