#include <fmt/format.h>

#include <algorithm>

#include "commands.hpp"
#include "entry.hpp"
#include "map_ref.hpp"

namespace mapctl::cli {

namespace {

std::optional<Bytes> look_up(const Map& map, ByteView key, const GetOptions& options) {
  return options.match ? map.get(key, options.locking) : map.get_exact(key, options.locking);
}

}  // namespace

Exit get(const GetOptions& options, const Session& session) {
  const Map map = open_map(options.map, Access::read_only);
  const Schema schema = schema_for(map, session);
  std::vector<Bytes> keys;
  for (const std::string& text : options.keys) keys.push_back(encode_key(map, schema, text));
  const CpuChoice cpu = choose_cpu(map, schema, options.cpu);

  const EntryPrinter printer(cpu.schema, EntryPrinter::Parts::entry, options.cpu);
  const bool one = keys.size() == 1;
  std::optional<Results> results;
  Exit exit = Exit::done;
  for (const Bytes& key : keys) {
    const std::optional<Bytes> value =
        attempting(fmt::format("get {} from {}", key_label(schema, key), map.label()),
                   [&] { return look_up(map, key, options); });
    if (!value) {
      report_absent(map, schema, key, session);
      exit = Exit::no;
      continue;
    }
    if (!results)
      results.emplace(session, one ? Document::answer : Document::list, printer.columns());
    printer.print(**results, key, cpu.of(*value));
  }
  if (!results && !one) results.emplace(session, Document::list, printer.columns());
  if (results) results->finish();
  return exit;
}

}  // namespace mapctl::cli
