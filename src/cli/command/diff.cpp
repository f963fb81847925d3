// diff: compares a map with a file or another map.

#include <fmt/format.h>

#include <filesystem>

#include "cli/bulk/compare_entries.hpp"
#include "cli/bulk/difference_printer.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/selection.hpp"
#include "cli/naming/map_ref.hpp"
#include "mapctl/pin.hpp"

namespace mapctl::cli {

namespace {

struct DiffOptions {
  std::string map;
  InputOptions input;  ///< a file, or another map
  bool counters = false;
  std::vector<std::string> where{};
};

/// Both a map and a file can have this name. A path is a map if it is on a bpffs; any other name is
/// a map unless only a file is called so.
bool names_map(const std::string& word) {
  if (word == "-") return false;
  if (word.starts_with("id:") || word.starts_with("name:")) return true;
  std::error_code ignored;
  if (word.find('/') != std::string::npos) return on_bpffs(word);
  return std::filesystem::exists(pin_path(word), ignored) ||
         !std::filesystem::exists(word, ignored);
}

void check_comparable(const Map& map, const Map& other) {
  const bool same_sizes = map.info().key_size == other.info().key_size &&
                          map.info().value_size == other.info().value_size &&
                          map.value_bytes() == other.value_bytes();
  if (same_sizes) return;
  throw Failed(
      {"mismatch", Exit::usage,
       fmt::format("cannot compare {} with {}: they hold different things", map.label(),
                   other.label()),
       fmt::format("keys of {} and {} bytes, values of {} and {} bytes", map.info().key_size,
                   other.info().key_size, map.value_bytes(), other.value_bytes())});
}

Exit diff(const DiffOptions& options, const Session& given) {
  const Session session = given.within(options.where);
  const auto target = open_target(options.map, Operation::next_key, session);
  refuse_objects(target->map);
  WantedEntries wanted(*target);
  Progress progress(session, Progress::Prints::results, "comparing");
  if (names_map(options.input.file)) {
    if (options.input.value || options.input.format)
      throw usage_error(
          fmt::format("--value and --format are for a file, and {} is a map", options.input.file));
    Target other{.map = open_map(options.input.file, Access::read_only), .schema = target->schema};
    other.where = target->where;
    check_comparable(target->map, other.map);
    wanted.add_all(other, progress);
  } else {
    EntryInput input(*target, options.input, EntryParts::both);
    wanted.add_all(input, progress);
    if (input.wrong() > 0) return input.tell_rest(), Exit::bad_data;
  }
  const ValueComparison comparison(*target, options.counters);
  DifferencePrinter printer(session, *target, wanted, options.counters, true);
  const Differences differences = compare(*target, wanted, comparison, printer, progress);
  progress.clear();
  printer.finish(differences);
  return differences.any() ? Exit::no : Exit::done;
}

constexpr Option diff_options[] = {
    map_operand<&DiffOptions::map>(),
    operand<&DiffOptions::input, &InputOptions::file>(
        "FILE|MAP2", ValueKind::file_or_map,
        "a file or directory of entries, etcd://HOST[,HOST]/PREFIX, - for standard input, or a "
        "map"),
    input_format<&DiffOptions::input>(),
    input_value<&DiffOptions::input>(),
    part_where<&DiffOptions::where>(),
    flag<&DiffOptions::counters>("--counters", "compare fields that are counters, too"),
};

}  // namespace

const Command diff_command("diff", "print what differs", Types::all, action_of<diff>, diff_options,
                           "diff blocklist ./rules.txt\n"
                           "diff blocklist drop.txt --value drop\n"
                           "diff visits old_visits --counters");

}  // namespace mapctl::cli
