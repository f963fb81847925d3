#include "cli/saved/save_all.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"
#include "mapctl/pin.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

/// Returns true if the map cannot be saved at all, false if saving went wrong.
bool is_about_the_map(const Failure& failure) {
  return failure.code != "busy" &&
         (failure.exit == Exit::refused || failure.exit == Exit::permission ||
          failure.exit == Exit::not_found);
}

bool is_map_of_maps(const std::string& pin) {
  try {
    return holds_maps(Map::open(fs::path{pin}, Access::read_only).info().type);
  } catch (const Error&) {  // saving it reports the error
    return false;
  }
}

/// Returns one pin of each map. Maps of maps come after their inner maps, as restore needs it.
std::vector<std::string> pins_to_save(PinSurvey& survey) {
  std::vector<std::string> pins;
  for (const auto& [id, paths] : survey.maps()) pins.push_back(paths.front());
  if (pins.empty())
    throw Failed({"not_found",
                  Exit::not_found,
                  "nothing was saved: there is no pinned map that you may read",
                  {},
                  {"pin the maps to save, or name them", "run as a user who may read the pins"}});
  std::ranges::stable_partition(pins, [](const std::string& pin) { return !is_map_of_maps(pin); });
  return pins;
}

/// Saves the maps one by one with write(pin, map).
template <typename Write>
void save_each(const SaveOptions& options, const Session& session, Write write) {
  PinSurvey survey;
  std::size_t saved = 0;
  for (const std::string& pin : pins_to_save(survey)) {
    std::optional<MapSave> map;
    try {
      map.emplace(pin, options, session, survey);
    } catch (...) {
      const Failure failure = current_failure();
      if (!is_about_the_map(failure)) throw;
      note(fmt::format("{} is left out: {}", pin, failure.message));
      continue;
    }
    write(pin, *map);
    ++saved;
  }
  if (saved == 0)
    throw Failed({"not_found", Exit::not_found,
                  "nothing was saved: none of the pinned maps that you may read can be saved"});
}

std::string_view extension(Format format) {
  switch (format) {
    case Format::jsonl:
      return ".jsonl";
    case Format::json:
      return ".json";
    case Format::csv:
      return ".csv";
    case Format::plain:
    case Format::table:
      return ".txt";
  }
  return "";
}

/// The file name for a pin: its path below its mount, or the whole path if that name is taken.
fs::path file_of(const fs::path& pin, Format format, std::set<fs::path>& taken) {
  fs::path name = pin.relative_path();
  std::size_t longest = 0;
  for (const fs::path& mount : bpffs_mounts()) {
    const fs::path below = pin.lexically_relative(mount);
    const bool is_below = !below.empty() && *below.begin() != "..";
    if (!is_below || mount.native().size() < longest) continue;
    longest = mount.native().size();
    name = below;
  }
  if (taken.contains(name)) name = pin.relative_path();
  taken.insert(name);
  return name += extension(format);
}

void make_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error)
    throw Failed(
        {"output", error == std::errc::permission_denied ? Exit::permission : Exit::not_found,
         fmt::format("cannot make the directory {}: {}", directory.string(), error.message())});
}

}  // namespace

void save_all(SaveTo to, const SaveOptions& options, const Session& session) {
  save_each(options, session, [&](const std::string&, MapSave& map) { map.write(to); });
}

void save_all_into(const fs::path& directory, const SaveOptions& options, const Session& session) {
  std::set<fs::path> taken;
  save_each(options, session, [&](const std::string& pin, MapSave& map) {
    const fs::path path = directory / file_of(pin, session.format, taken);
    make_directory(path.parent_path());
    write_file(path, [&](SaveTo to) { map.write(to); });
  });
}

}  // namespace mapctl::cli
