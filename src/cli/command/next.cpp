#include <fmt/format.h>

#include "commands.hpp"
#include "entry.hpp"
#include "map_ref.hpp"

namespace mapctl::cli {

Exit next(const NextOptions& options, const Session& session) {
  const Map map = open_map(options.map, Access::read_only);
  const Schema schema = schema_for(map, session);
  const Bytes after = options.key ? encode_key(map, schema, *options.key) : Bytes{};
  const std::optional<Bytes> key = map.next_key(after);
  if (!key) {
    const std::string message =
        options.key ? fmt::format("{} is the last key of {}", key_label(schema, after), map.label())
                    : fmt::format("{} is empty", map.label());
    report({"end", Exit::no, message}, session.json());
    return Exit::no;
  }
  const EntryPrinter printer(schema, EntryPrinter::Parts::key);
  Results results(session, Document::answer, printer.columns());
  printer.print(*results, *key, {});
  results.finish();
  return Exit::done;
}

}  // namespace mapctl::cli
