#include "cli/naming/map_ref.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <type_traits>
#include <vector>

#include "cli/naming/map_survey.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"
#include "map/error/printable.hpp"
#include "mapctl/info.hpp"
#include "mapctl/pin.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kernel_name_length = 15;

bool is_path(std::string_view reference) {
  return reference.starts_with('/') || reference.starts_with("./") || reference.starts_with("../");
}

/// Returns nothing if the step fails for that cause.
template <typename Step>
auto unless(Cause cause, Step step) -> std::optional<std::invoke_result_t<Step>> {
  try {
    return step();
  } catch (const Error& error) {
    if (error.cause() == cause) return std::nullopt;
    throw;
  }
}

std::vector<std::string> pin_names() {
  std::vector<std::string> names;
  if (!on_bpffs(bpffs_directory() / ".")) return names;
  for_each_pin(bpffs_directory(), [&](const fs::path& pin) {
    names.push_back(pin.lexically_relative(bpffs_directory()).string());
  });
  return names;
}

[[noreturn]] void no_such_map(const std::string& reference, const std::vector<std::string>& known,
                              bool all_seen) {
  const fs::path directory = bpffs_directory();
  std::vector<Remedy> fix = suggestion(reference, known);
  std::error_code ignored;
  if (!fs::is_directory(directory, ignored))
    fix.push_back(
        fmt::format("there is no directory {}: $MAPCTL_BPFFS names a bpffs", directory.string()));
  else if (!on_bpffs(directory / "."))
    fix.push_back(fmt::format("no BPF filesystem is mounted there; mount one: mount -t bpf bpf {}",
                              shell_word(directory.string())));
  if (fix.empty()) fix.emplace_back("see what there is: mapctl list");
  constexpr const char* neither = "neither a pin in {} nor a map in the kernel has that name";
  constexpr const char* not_seen =
      "no pin in {} has that name, and looking up kernel names needs CAP_SYS_ADMIN";
  throw Failed({"not_found", Exit::not_found, fmt::format("there is no map '{}'", reference),
                fmt::format(fmt::runtime(all_seen ? neither : not_seen), directory.string()),
                advice(fix)});
}

/// `things`: "maps". `hints` say which is which.
[[noreturn]] void ambiguous(const std::string& name, std::string_view things,
                            const std::vector<std::uint32_t>& ids,
                            std::vector<std::string> hints = {}) {
  hints.insert(hints.begin(), "name one of them by its id");
  throw Failed({"ambiguous", Exit::not_found,
                fmt::format("'{}' is the name of {} {}: id:{}", name, ids.size(), things,
                            fmt::join(ids, ", id:")),
                "kernel names need not be unique", std::move(hints)});
}

/// "id:5 is open in execsnoop(812), and used by program 31 ('handle_exec')"
std::string uses_of(const Map& map) {
  std::vector<std::string> programs;
  for (const ProgramInfo& program : programs_using(map).value_or(std::vector<ProgramInfo>{}))
    programs.push_back(label(program));
  const std::vector<std::string> processes = labels(other_holders(map));
  const auto listed = [](const std::vector<std::string>& names) {
    return names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "));
  };
  return fmt::format("id:{} is open in {}, and used by {}", map.info().id, listed(processes),
                     listed(programs));
}

/// Kernel names of global variable maps begin with their program's name: `.bss` matches any name
/// with that ending.
bool is_named(const Map& map, const std::string& wanted) {
  const std::string& name = map.info().name;
  return name == wanted || (wanted.starts_with('.') && name.ends_with(wanted));
}

Map open_by_name(const std::string& name, Access access, const std::string& reference) {
  std::string wanted = name;
  if (wanted.size() > kernel_name_length) {
    wanted.resize(kernel_name_length);
    note(fmt::format("kernel names have at most {} characters; looking for '{}'",
                     kernel_name_length, wanted));
  }
  std::vector<std::string> known = pin_names();
  std::vector<Map> matches;
  const auto ids = unless(Cause::permission, map_ids);
  for (const std::uint32_t id : ids.value_or(std::vector<std::uint32_t>{})) {
    std::optional<Map> map = unless(Cause::not_found, [&] { return Map::open(id, access); });
    if (!map) continue;  // it is gone meanwhile
    known.push_back(map->info().name);
    if (is_named(*map, wanted)) matches.push_back(std::move(*map));
  }
  if (!ids && reference.starts_with("name:")) map_ids();  // throws, naming the missing right
  if (matches.empty()) no_such_map(reference, known, ids.has_value());
  if (matches.size() == 1) return std::move(matches.front());
  std::vector<std::uint32_t> matching;
  std::vector<std::string> uses;
  for (const Map& map : matches) {
    matching.push_back(map.info().id);
    uses.push_back(uses_of(map));
  }
  ambiguous(wanted, "maps", matching, std::move(uses));
}

/// If the path does not exist, suggests a similar pin nearby.
Map open_pin(const fs::path& path, Access access) try {
  return Map::open(path, access);
} catch (const Error& error) {
  if (error.cause() != Cause::not_found) throw;
  Failure failure = explain(error);
  std::vector<std::string> neighbours;
  if (on_bpffs(path))
    for_each_pin(path.parent_path(),
                 [&](const fs::path& pin) { neighbours.push_back(pin.string()); });
  if (const auto near = closest(path.string(), neighbours))
    failure.fix.insert(failure.fix.begin(), fmt::format("did you mean '{}'?", *near));
  throw Failed(std::move(failure));
}

Fd open_program_by_name(const std::string& name) {
  std::vector<std::uint32_t> ids;
  for (const ProgramInfo& program : programs())
    if (program.name == name || program.name.substr(0, kernel_name_length) == name)
      ids.push_back(program.id);
  if (ids.size() == 1) return open_program(ids.front());
  if (!ids.empty()) ambiguous(excerpt(name), "programs", ids);
  throw Failed(
      {"not_found",
       Exit::not_found,
       fmt::format("there is no program '{}'", excerpt(name)),
       {},
       {"programs without BTF have names of at most 15 characters; name it by its id or its pin"}});
}

Map find_map(const std::string& reference, Access access) {
  if (reference.empty())
    throw usage_error("an empty text does not name a map", {"give a path, a name or id:N"});
  if (is_path(reference)) return open_pin(reference, access);
  if (reference.starts_with("id:")) {
    const std::string id = reference.substr(3);
    if (const auto number = whole_number(id)) return Map::open(*number, access);
    throw usage_error(fmt::format("'{}' is not a map id", id),
                      {"ids are numbers, as 'mapctl list' prints: id:42"});
  }
  if (reference.starts_with("name:")) return open_by_name(reference.substr(5), access, reference);
  const fs::path pin = bpffs_directory() / reference;
  std::error_code error;
  const bool is_there = fs::exists(fs::symlink_status(pin, error));
  // If the folder cannot be searched, opening reports that.
  if (is_there || error == std::errc::permission_denied) return Map::open(pin, access);
  return open_by_name(reference, access, reference);
}

}  // namespace

fs::path bpffs_directory() {
  const char* directory = std::getenv("MAPCTL_BPFFS");
  return directory != nullptr && *directory != '\0' ? directory : "/sys/fs/bpf";
}

Map open_map(const std::string& reference, Access access) {
  Map map = find_map(reference, access);
  map.set_reference(reference);
  return map;
}

Fd open_program_called(const std::string& reference) {
  if (const auto id = whole_number(reference)) return open_program(*id);
  if (reference.starts_with("name:")) return open_program_by_name(reference.substr(5));
  if (!reference.starts_with("id:")) return open_program(pin_path(reference));
  if (const auto id = whole_number(reference.substr(3))) return open_program(*id);
  throw usage_error(fmt::format("'{}' is not a program id", reference), {"ids are numbers: id:42"});
}

fs::path pin_path(const std::string& reference) {
  if (reference.starts_with("id:") || reference.starts_with("name:"))
    throw usage_error(fmt::format("'{}' is not a path of a pin", reference),
                      {"give a path, or a name below $MAPCTL_BPFFS"});
  if (reference.empty()) throw usage_error("an empty text does not name a pin");
  return is_path(reference) ? fs::path{reference} : bpffs_directory() / reference;
}

fs::path new_pin_path(const std::string& reference, bool has_size_option) {
  fs::path path = pin_path(reference);
  if (reference.find_first_not_of("0123456789") != reference.npos) return path;
  std::vector<std::string> fix;
  if (has_size_option)
    fix.push_back(fmt::format("to say how many entries the map can hold: -m {}", reference));
  fix.push_back(
      fmt::format("to pin it under that name, give the whole path: {}", shell_word(path.string())));
  throw usage_error(fmt::format("'{}' is a number, not the path of a new pin", reference),
                    std::move(fix));
}

std::string name_of_pin(const fs::path& pin) {
  std::string name = pin.filename().string().substr(0, kernel_name_length);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0 && c != '_'; }, '_');
  return name;
}

MapType map_type_called(const std::string& name) {
  if (const auto type = parse_map_type(name)) return *type;
  std::vector<std::string> names;
  for (const MapType type : all_map_types()) names.push_back(type_name(type));
  std::vector<Remedy> fix = suggestion(name, names);
  fix.push_back(
      fmt::format("map types are {}; a newer one goes by its number", fmt::join(names, ", ")));
  throw BadInput(fmt::format("there is no map type '{}'", excerpt(name)), std::move(fix));
}

}  // namespace mapctl::cli
