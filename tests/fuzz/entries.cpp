// Files of entries, in each format, with the encoder behind it.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/entry/entry.hpp"
#include "cli/input/format.hpp"
#include "cli/input/saved_header.hpp"
#include "cli/session/failure.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/targets.hpp"
#include "mapctl/text/codec.hpp"
#include "support/random_layouts.hpp"

namespace mapctl::test {

namespace {

using namespace layouts;
using namespace cli;

const Schema schemas[] = {
    {.key = rule_key(), .value = rule_value()},
    {.key = of(Kind::ipv4, 4), .value = of(Kind::text, 16)},
    {.key = structure(8, {at(0, "a", unsigned_int(4)), at(4, "b", unsigned_int(4))}),
     .value = unsigned_int(8),
     .per_cpu = true},
    {.key = of(Kind::bytes, 3), .value = array_of(rule_value(), 2)}};

struct Counted {
  std::size_t good = 0;
  std::size_t wrong = 0;
};

/// Encodes what the format has read, as a load does.
void encode_entry(const Schema& schema, const RawEntry& raw) {
  constexpr std::size_t cpus = 2;
  encode(schema.key, raw.key);
  if (!raw.value) return;
  if (!schema.per_cpu) {
    encode(schema.value, *raw.value);
    return;
  }
  Bytes slots(cpus * per_cpu_stride(schema.value.size));
  encode_per_cpu(schema.value, cpus, *raw.value, slots);
}

/// Reads all entries; every error and every entry names a line that exists.
Counted read(std::string_view input, const Schema& schema, EntryFormat& format) {
  Counted counted;
  const auto lines = static_cast<std::size_t>(std::ranges::count(input, '\n')) + 1;
  RawEntry raw;
  for (;;) {
    bool goes_on = true;
    const bool is_good = accepts([&] {
      goes_on = format.next(raw);
      if (goes_on && raw.kind != RawEntry::Kind::header) encode_entry(schema, raw);
    });
    if (!goes_on) return counted;
    ++(is_good ? counted.good : counted.wrong);
    require(raw.line >= 1 && raw.line <= lines, "an entry names a line that exists",
            std::to_string(raw.line), std::to_string(lines));
    require(counted.good + counted.wrong <= input.size() + 1, "reading ends");
  }
}

Source source_of(std::string_view input) {
  static MemoryFile file;
  return Source(file.holding(input));
}

/// A key or value of which nothing is shown has no column in csv.
bool has_columns(const Layout& layout) {
  std::vector<Column> columns;
  add_columns(columns, "member", layout);
  return layout.size > 0 && !is_reserved(layout) && !columns.empty();
}

constexpr EntryParts parts[] = {EntryParts::both, EntryParts::keys, EntryParts::listed_keys};

}  // namespace

void fuzz_plain(std::string_view input) {
  const std::uint32_t seed = take_seed(input);
  const Schema& schema = schemas[seed % std::size(schemas)];
  Source source = source_of(input);
  read(input, schema, *make_plain_input(source, schema, parts[seed / 16 % std::size(parts)]));
}

void fuzz_json(std::string_view input) {
  const std::uint32_t seed = take_seed(input);
  const Schema& schema = schemas[seed % std::size(schemas)];
  Source source = source_of(input);
  if (seed / 16 % 2 == 0) {
    read(input, schema, *make_jsonl_input(source, schema));
    return;
  }
  const Counted counted = read(input, schema, *make_json_input(source, schema));
  const bool is_json = nlohmann::json::accept(input);
  if (counted.wrong == 0) require(is_json, "what is taken for JSON is JSON", input);
}

void fuzz_csv(std::string_view input) {
  const std::uint32_t seed = take_seed(input);
  const Schema& schema = schemas[seed % std::size(schemas)];
  Source source = source_of(input);
  std::unique_ptr<EntryFormat> format;
  if (accepts([&] { format = make_csv_input(source, schema, parts[seed / 16 % 2]); }))
    read(input, schema, *format);
}

void fuzz_written_csv(std::string_view input) {
  Dice dice(take_seed(input));
  Schema schema;
  do {
    schema = {.key = any_layout(dice), .value = any_layout(dice)};
  } while (!has_columns(schema.key) || !has_columns(schema.value));
  const auto bytes = [&](const Layout& layout) {
    Bytes out(layout.size);
    const ByteView some = bytes_of_text(input.substr(0, layout.size));
    std::ranges::copy(some, out.begin());
    input.remove_prefix(some.size());
    return out;
  };
  const Bytes key = bytes(schema.key);
  const Bytes value = bytes(schema.value);
  const EntryPrinter printer(schema, EntryPrinter::Parts::entry);
  Stream stream(-1);
  const auto output = make_csv(stream);
  output->begin(Document::list, printer.columns());
  for (int row = 0; row < 2; ++row) printer.print(*output, key, value);
  output->end();
  Source source = source_of(stream.buffer());
  const auto format = make_csv_input(source, schema, EntryParts::both);
  RawEntry raw;
  for (int row = 0; row < 2; ++row) {
    require(format->next(raw), "a written row is read", stream.buffer());
    require(encode(schema.key, raw.key) == key, "a key reads back from csv", stream.buffer());
    const std::string text = text_of(schema.value, value);
    const std::string again = text_of(schema.value, encode(schema.value, *raw.value));
    require(again == text, "a value reads back from csv", again, text);
  }
  require(!format->next(raw), "only written rows are read", stream.buffer());
}

void fuzz_header(std::string_view input) {
  is_header(input);
  accepts([&] {
    const std::string line = header_line(read_header(input));
    const std::string again = header_line(read_header(line));
    require(again == line, "a header reads back", again, line);
  });
}

}  // namespace mapctl::test
