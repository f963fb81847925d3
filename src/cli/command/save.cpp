// save: writes maps so that they can be made again.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/command/commands.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/saved/map_save.hpp"
#include "mapctl/pin.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

Format saved_format(const Session& session) {
  if (!session.is_format_given) return Format::jsonl;
  if (session.format != Format::table) return session.format;
  throw usage_error("a table is for people, and cannot be read again",
                    {"leave -o out, or use -o plain, csv or json"});
}

void check_words(const SaveOptions& options, Format format) {
  if (!options.all && options.maps.empty())
    throw usage_error("nothing says which map to save", {"name it, or add --all"});
  if (options.all && options.maps.size() > 1)
    throw usage_error("--all takes one directory, and no maps", {"leave --all out"});
  const bool is_directory = options.all && !options.maps.empty();
  if (is_directory && !options.file.empty())
    throw usage_error("either a directory or one file: both are named");
  const bool is_several = !is_directory && (options.all || options.maps.size() > 1);
  if (is_several && format != Format::jsonl)
    throw usage_error("only lines of JSON tell where one map ends and the next begins",
                      {"leave -o out, or save every map into its own file: --all DIR"});
}

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
  std::stable_partition(pins.begin(), pins.end(),
                        [](const std::string& pin) { return !is_map_of_maps(pin); });
  return pins;
}

/// Saves the maps one by one with write(pin, write_map). A map that cannot be saved is left out,
/// which is reported; throws Failed if none is left.
template <typename Write>
void save_each(const SaveOptions& options, const Session& session, Write write) {
  PinSurvey survey;
  std::size_t saved = 0;
  for (const std::string& pin : pins_to_save(survey)) {
    std::function<void(SaveTo)> write_map;
    try {
      write_map = prepare_save(pin, options, session, survey);
    } catch (...) {
      const Failure failure = current_failure();
      if (!is_about_the_map(failure)) throw;
      note(fmt::format("{} is left out: {}", pin, failure.message));
      continue;
    }
    write(pin, write_map);
    ++saved;
  }
  if (saved == 0)
    throw Failed({"not_found", Exit::not_found,
                  "nothing was saved: none of the pinned maps that you may read can be saved"});
}

std::string_view extension(Format format) {
  if (format == Format::jsonl) return ".jsonl";
  if (format == Format::json) return ".json";
  return format == Format::csv ? ".csv" : ".txt";
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

/// Writes all maps into one file.
void save_all(SaveTo to, const SaveOptions& options, const Session& session) {
  save_each(options, session, [&](const std::string&, const auto& write_map) { write_map(to); });
}

/// Saves each map into a file of its own.
void save_all_into(const fs::path& directory, const SaveOptions& options, const Session& session) {
  std::set<fs::path> taken;
  save_each(options, session, [&](const std::string& pin, const auto& write_map) {
    const fs::path path = directory / file_of(pin, session.format, taken);
    make_directory(path.parent_path());
    write_file(path, write_map);
  });
}

void save_to(SaveTo to, const SaveOptions& options, const Session& session) {
  if (options.all) return save_all(to, options, session);
  PinSurvey pins;
  for (const std::string& map : options.maps) prepare_save(map, options, session, pins)(to);
}

Exit save(const SaveOptions& options, const Session& given) {
  Session session = given;
  session.format = saved_format(given);
  check_words(options, session.format);
  watch_interrupts();
  if (options.all && !options.maps.empty())
    save_all_into(options.maps.front(), options, session);
  else if (options.file.empty() || options.file == "-")
    save_to({}, options, session);
  else
    write_file(options.file, [&](SaveTo to) { save_to(to, options, session); });
  return Exit::done;
}

constexpr Option save_options[] = {
    operand<&SaveOptions::maps>("MAP", ValueKind::map,
                                "maps to save; with --all the directory for their files")
        .optional(),
    flag<&SaveOptions::all>("--all", "save every pinned map that can be read"),
    option<&SaveOptions::file>("-f,--file", ValueKind::file,
                               "the file to write (default: standard output)"),
    flag<&SaveOptions::counters>("--counters", "save fields that are counters, too"),
    stats<&SaveOptions::stats>(),
};

}  // namespace

const Command save_command("save", "write maps to a file", Types::all, action_of<save>,
                           save_options,
                           "save blocklist -f blocklist.jsonl\n"
                           "save visits --counters -f visits.jsonl\n"
                           "save --all -f all.jsonl",
                           {.usage = "MAP… | --all [DIR]"});

}  // namespace mapctl::cli
