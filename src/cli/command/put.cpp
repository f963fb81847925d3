#include <fmt/format.h>

#include <algorithm>

#include "commands.hpp"
#include "entry.hpp"
#include "map_ref.hpp"
#include "mapctl/codec.hpp"
#include "object_value.hpp"

namespace mapctl::cli {

namespace {

/// What the value's bytes are before the text is read into them. Fields that a
/// put keeps (counters, variables) and the other CPUs of --cpu need the old value.
Bytes starting_value(const Map& map, const Schema& schema, ByteView key,
                     const PutOptions& options) {
  const bool needs_old = options.cpu || (keeps_members(schema.value) && !options.reset);
  if (needs_old)
    if (std::optional<Bytes> old = map.get_exact(key)) return std::move(*old);
  return Bytes(map.value_bytes());
}

/// Reads the text into the part of the value that was chosen.
void encode_into(const Map& map, const CpuChoice& cpu, const std::string& text, Bytes& value) {
  const auto begin = value.begin() + static_cast<std::ptrdiff_t>(cpu.offset);
  Bytes part(begin, begin + static_cast<std::ptrdiff_t>(cpu.size));
  encode_value(map, cpu.schema, text, part);
  std::ranges::copy(part, begin);
}

}  // namespace

Exit put(const PutOptions& options, const Session& session) {
  Map map = open_map(options.map, Access::read_write);
  const Schema schema = schema_for(map, session);
  const Bytes key = encode_key(map, schema, options.key);
  const ObjectValue object = object_value(map, options.value);
  Bytes value = starting_value(map, schema, key, options);
  if (object)
    value = object.bytes();
  else
    encode_into(map, choose_cpu(map, schema, options.cpu), options.value, value);
  attempting(fmt::format("put {} into {}", key_label(schema, key), map.label()),
             [&] { map.put(key, value, options.update, options.locking); });
  return Exit::done;
}

}  // namespace mapctl::cli
