// load: writes the entries of a file after all of them were checked.

#include <fmt/format.h>

#include "cli/bulk/entry_writer.hpp"
#include "cli/command/commands.hpp"

namespace mapctl::cli {

namespace {

struct LoadOptions {
  std::string map;
  InputOptions input;
  bool go_on = false;  ///< skip wrong lines
  bool dry_run = false;
};

Exit load(const LoadOptions& options, const Session& session) {
  const auto target = open_to_write(options.map, Operation::update, options.dry_run, session);
  EntryInput input(*target, options.input, EntryParts::both);
  EntryWriter writer(*target, session, &input);
  Spool spool = writer.will_write(input);
  if (input.wrong() > 0 && !options.go_on) return nothing_written(input);
  writer.check([&] { return fmt::format("load {} into {}", input.name(), target->map.label()); });
  if (options.dry_run) {
    print_report(session, {{"would_write", spool.size()}});
  } else {
    if (!writer.write_all(spool, "loading")) return Exit::interrupted;
    const Written& written = writer.written();
    print_report(session, {{"written", written.put}, {"deleted", written.deleted}});
    note_evictions(target->map, written.put);
  }
  if (input.wrong() == 0) return Exit::done;
  input.tell_rest();
  note(fmt::format("the entries that are wrong were left out: {}", input.wrong()));
  return Exit::partial;
}

constexpr Option load_file_options[] = {
    map_operand<&LoadOptions::map>(),
    input_file<&LoadOptions::input>(
        "what to read: a file, a directory, - for standard input, etcd://HOST[,HOST]/PREFIX")
        .required(),
    input_format<&LoadOptions::input>(),
    input_value<&LoadOptions::input>(),
    time_to_live<&LoadOptions::input, &InputOptions::ttl>(),
    flag<&LoadOptions::go_on>("--continue", "load the other entries where a line is wrong"),
    dry_run<&LoadOptions::dry_run>(),
};

}  // namespace

const Command load_command("load", "put the entries of a file", Types::all, action_of<load>,
                           load_file_options,
                           "load visits -f visits.csv\n"
                           "load blocklist -f drop.txt --value drop --ttl 1d\n"
                           "load blocklist -f rules.txt --dry-run");

}  // namespace mapctl::cli
