#include <fmt/format.h>

#include "commands.hpp"
#include "entry.hpp"
#include "map_ref.hpp"

namespace mapctl::cli {

Exit del(const DelOptions& options, const Session& session) {
  Map map = open_map(options.map, Access::read_write);
  const Schema schema = schema_for(map, session);
  std::vector<Bytes> keys;
  for (const std::string& text : options.keys) keys.push_back(encode_key(map, schema, text));

  Exit exit = Exit::done;
  for (const Bytes& key : keys) {
    const bool removed =
        attempting(fmt::format("delete {} from {}", key_label(schema, key), map.label()),
                   [&] { return map.erase(key); });
    if (removed || options.missing_ok) continue;
    report_absent(map, schema, key, session);
    exit = Exit::no;
  }
  return exit;
}

}  // namespace mapctl::cli
