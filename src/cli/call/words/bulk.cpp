// The words of commands on many entries.

#include "cli/call/words/options.hpp"

namespace mapctl::cli {

namespace {

constexpr const char* file_help = "the file to read; - for standard input";

void add_value(CLI::App& app, InputOptions& input) {
  text(app, "--value", input.value, "the value of every entry: the file holds keys alone");
}

void add_counters(CLI::App& app, bool& counters, const char* help) {
  app.add_flag("--counters", counters, help);
}

}  // namespace

Run clear_words(CLI::App& app) {
  auto options = std::make_shared<ClearOptions>();
  text(app, "MAP", options->map, map_help)->required();
  add_dry_run(app, options->dry_run);
  return command(clear, std::move(options));
}

Run drain_words(CLI::App& app) {
  auto options = std::make_shared<DrainOptions>();
  text(app, "MAP", options->map, map_help)->required();
  return command(drain, std::move(options));
}

Run save_words(CLI::App& app) {
  auto options = std::make_shared<SaveOptions>();
  texts(app, "MAP", options->maps, "maps to save; with --all the directory for their files")
      ->required(false);
  app.add_flag("--all", options->all, "save every pinned map that can be read");
  text(app, "-f,--file", options->file, "the file to write (default: standard output)");
  add_counters(app, options->counters, "save fields that are counters, too");
  add_stats(app, options->stats);
  return command(save, std::move(options));
}

Run restore_words(CLI::App& app) {
  auto options = std::make_shared<RestoreOptions>();
  text(app, "PATH", options->path, "where to pin the map (default: where it was saved from)");
  text(app, "-f,--file", options->file, file_help)->required();
  number(app, "--max-entries", options->max_entries, 1,
         "how many entries it can hold (default: as it was)");
  app.add_flag("--replace", options->replace,
               "take the place of a map that is pinned there, in one step");
  add_dry_run(app, options->dry_run);
  return command(restore, std::move(options));
}

Run load_words(CLI::App& app) {
  auto options = std::make_shared<LoadOptions>();
  text(app, "MAP", options->map, map_help)->required();
  add_input(app, options->input, file_help)->required();
  add_value(app, options->input);
  app.add_flag("--continue", options->go_on, "load the other entries where a line is wrong");
  add_dry_run(app, options->dry_run);
  return command(load, std::move(options));
}

Run sync_words(CLI::App& app) {
  auto options = std::make_shared<SyncOptions>();
  text(app, "MAP", options->map, map_help)->required();
  add_input(app, options->input, file_help)->required();
  add_value(app, options->input);
  app.add_flag("--prune", options->prune, "delete entries that are not in the file");
  text(app, "--max-delete", options->max_delete,
       "refuse to delete more than that many entries: N, or P% of the map");
  add_counters(app, options->counters, "compare and write fields that are counters, too");
  add_dry_run(app, options->dry_run);
  return command(sync, std::move(options));
}

Run diff_words(CLI::App& app) {
  auto options = std::make_shared<DiffOptions>();
  text(app, "MAP", options->map, map_help)->required();
  text(app, "FILE|MAP2", options->input.file, "a file of entries, - for standard input, or a map")
      ->required();
  add_input_format(app, options->input);
  add_value(app, options->input);
  add_counters(app, options->counters, "compare fields that are counters, too");
  return command(diff, std::move(options));
}

Run copy_words(CLI::App& app) {
  auto options = std::make_shared<CopyOptions>();
  text(app, "SRC", options->source, map_help)->required();
  text(app, "DST", options->destination, "a map, or a path where to pin a new one like SRC")
      ->required();
  number(app, "--max-entries", options->max_entries, 1, "of a new map (default: as SRC)");
  add_dry_run(app, options->dry_run);
  return command(copy, std::move(options));
}

}  // namespace mapctl::cli
