// load: the entries of a file, all of them checked before the first is written.

#include <fmt/format.h>

#include "cli/bulk/bulk_write.hpp"
#include "cli/filter/caller_guard.hpp"
#include "cli/options/commands.hpp"
#include "cli/session/summary.hpp"

namespace mapctl::cli {

Exit load(const LoadOptions& options, const Session& session) {
  const auto target = open_to_write(options.map, Operation::update, options.dry_run, session);
  EntryInput input(*target, options.input, EntryParts::both);
  CallerGuard guard(*target, options.map, session);
  Spool spool = spool_of(input, *target, session, guard);
  if (input.wrong() > 0 && !options.go_on) return nothing_written(input);
  guard.check([&] { return fmt::format("load {} into {}", input.name(), target->map.label()); });
  if (options.dry_run) {
    print_report(session, {{"would_write", spool.size()}});
  } else {
    Progress progress(session, Progress::Prints::nothing, "loading", spool.size());
    BulkWriter writer(*target, &input, progress);
    if (!writer.write_all(spool)) return Exit::interrupted;
    Progress::clear();
    const Written& written = writer.written();
    print_summary(session, {{"written", written.put}, {"deleted", written.deleted}});
    note_evictions(target->map, written.put);
  }
  if (input.wrong() == 0) return Exit::done;
  input.tell_rest();
  note(fmt::format("the entries that are wrong were left out: {}", input.wrong()));
  return Exit::partial;
}

}  // namespace mapctl::cli
