// save: writes maps so that they can be made again.

#include "cli/command/commands.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/saved/map_save.hpp"
#include "cli/saved/save_all.hpp"

namespace mapctl::cli {

namespace {

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

void save_to(SaveTo to, const SaveOptions& options, const Session& session) {
  if (options.all) return save_all(to, options, session);
  PinSurvey pins;
  for (const std::string& map : options.maps) MapSave(map, options, session, pins).write(to);
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
