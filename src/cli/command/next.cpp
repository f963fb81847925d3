#include <fmt/format.h>

#include "cli/entry/entry.hpp"
#include "cli/options/commands.hpp"

namespace mapctl::cli {

Exit next(const NextOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::next_key, session);
  const Map& map = target->map;
  const Encoded after = options.key ? encode_key(*target, *options.key) : Encoded{};
  const std::optional<Bytes> key = map.next_key(after.bytes);
  if (!key) {
    report({"end", Exit::no,
            options.key
                ? fmt::format("{} is the last key of {}", label(*target, after), map.label())
                : fmt::format("{} is empty", map.label())});
    return Exit::no;
  }
  const EntryPrinter printer(target->shown, EntryPrinter::Parts::key);
  Results results(session, Document::answer, printer.columns());
  printer.print(*results, *key, {});
  results.finish();
  return Exit::done;
}

}  // namespace mapctl::cli
