// save: writes maps so that they can be made again.

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "cli/command/commands.hpp"
#include "cli/entry/selection.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/output/stream.hpp"
#include "cli/saved/map_save.hpp"
#include "cli/saved/saved_directory.hpp"
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

struct Saved {
  std::size_t maps;
  Exit exit = Exit::done;
};

/// What became of each map of save --all. What goes wrong with one of them is reported, and the
/// others are saved.
class Tally {
 public:
  /// Returns whether the step succeeded. Lets pass an interrupt, and a failure of the common
  /// output.
  template <typename Step>
  bool attempt(const std::string& pin, Step step) {
    try {
      step();
      return true;
    } catch (const OutputFailed&) {
      throw;
    } catch (...) {
      const Failure failure = current_failure();
      if (failure.exit == Exit::interrupted || failure.exit == Exit::reader_gone) throw;
      add(pin, failure);
      return false;
    }
  }

  /// The last step for a map.
  template <typename Step>
  void save(const std::string& pin, Step step) {
    if (attempt(pin, step)) add_saved();
  }
  void add_saved() { ++saved_; }

  /// Throws Failed if nothing was saved.
  Saved end() const {
    if (saved_ == 0 && first_)
      throw Failed({first_->code, first_->exit, "nothing was saved: see above"});
    if (saved_ == 0)
      throw Failed({"not_found", Exit::not_found,
                    "nothing was saved: none of the pinned maps that you may read can be saved"});
    if (failed_ == 0) return {saved_};
    note(fmt::format("maps that were saved: {}; maps that were not: {}", saved_, failed_));
    return {saved_, Exit::partial};
  }

 private:
  void add(const std::string& pin, Failure failure) {
    // Nobody can save a map of such a type, and a map that is gone needs no backup.
    if (failure.code == "unsupported" || failure.code == "not_found")
      return note(fmt::format("{} is left out: {}", pin, failure.message));
    ++failed_;
    if (!first_) first_ = failure;
    failure.message = fmt::format("{} is not saved: {}", pin, failure.message);
    report(failure);
  }

  std::size_t saved_ = 0;
  std::size_t failed_ = 0;
  std::optional<Failure> first_{};
};

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

/// A failure part-way takes back what was written of the map.
void write_whole(SaveTo to, const std::function<void(SaveTo)>& write_map) {
  const off_t start = ::lseek(to.fd, 0, SEEK_CUR);
  try {
    write_map(to);
  } catch (const OutputFailed&) {
    throw;
  } catch (...) {
    if (::ftruncate(to.fd, start) != 0 || ::lseek(to.fd, start, SEEK_SET) != start)
      throw OutputFailed{errno};
    throw;
  }
}

/// Writes all maps into one file. A pipe takes nothing back, so a failure part-way ends it.
Saved save_all(SaveTo to, const SaveOptions& options, const Session& session) {
  PinSurvey survey;
  Tally tally;
  for (const std::string& pin : pins_to_save(survey)) {
    std::function<void(SaveTo)> write_map;
    const auto prepare = [&] { write_map = prepare_save(pin, options, session, survey); };
    if (!tally.attempt(pin, prepare)) continue;
    if (to.is_seekable) {
      tally.save(pin, [&] { write_whole(to, write_map); });
    } else {
      write_map(to);
      tally.add_saved();
    }
  }
  return tally.end();
}

/// Other formats have no place for a header.
void note_no_header(const std::string& file, Format format) {
  if (format != Format::jsonl)
    note(
        fmt::format("{} has the entries alone: load reads it, and restore only what is saved "
                    "without -o",
                    file));
}

/// Saves each map into a file of its own.
Saved save_all_into(const fs::path& directory, const SaveOptions& options, const Session& session) {
  PinSurvey survey;
  Tally tally;
  SavedDirectory files(directory, session.format);
  const auto show = [&] {
    files.show([&](const std::string& pin, auto step) { tally.save(pin, step); });
  };
  for (const std::string& pin : pins_to_save(survey)) {
    tally.attempt(pin, [&] { files.write(pin, prepare_save(pin, options, session, survey)); });
    if (files.is_full()) show();
  }
  show();
  return tally.end();
}

Saved save_to(SaveTo to, const SaveOptions& options, const Session& session) {
  if (options.all) return save_all(to, options, session);
  PinSurvey pins;
  for (const std::string& map : options.maps) prepare_save(map, options, session, pins)(to);
  return {options.maps.size()};
}

Exit save(const SaveOptions& options, const Session& given) {
  Session session = given.within(options.where);
  session.format = saved_format(given);
  check_words(options, session.format);
  watch_interrupts();
  const bool is_directory = options.all && !options.maps.empty();
  if (!is_directory && (options.file.empty() || options.file == "-"))
    return save_to({}, options, session).exit;
  Saved saved{};
  if (is_directory)
    saved = save_all_into(options.maps.front(), options, session);
  else
    write_file(options.file, [&](SaveTo to) { saved = save_to(to, options, session); });
  note_no_header(is_directory ? "each file" : options.file, session.format);
  print_done(given, {{"saved", saved.maps}});
  return saved.exit;
}

constexpr Option save_options[] = {
    operand<&SaveOptions::maps>("MAP", ValueKind::map,
                                "maps to save; with --all the directory for their files")
        .optional(),
    flag<&SaveOptions::all>("--all", "save every pinned map that can be read"),
    option<&SaveOptions::file>("-f,--file", ValueKind::file,
                               "the file to write (default: standard output)"),
    flag<&SaveOptions::counters>("--counters", "save fields that are counters, too"),
    part_where<&SaveOptions::where>(),
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
