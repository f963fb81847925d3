// Keys and values: as text, and as conditions and orders.

#include <nlohmann/json.hpp>

#include "fuzz/fuzz.hpp"
#include "fuzz/targets.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/expression.hpp"
#include "support/random_layouts.hpp"

namespace mapctl::test {

namespace {

using namespace layouts;

/// One of the keys of LPM tries, or any layout.
Layout some_layout(std::uint32_t seed) {
  static const Layout prefixes[] = {cidr4(),    cidr6(),           cidr4_struct(),
                                    rule_key(), source_rule_key(), cluster_key()};
  if (seed % 4 == 0) return prefixes[seed / 4 % std::size(prefixes)];
  Dice dice(seed);
  for (;;)
    if (Layout layout = any_layout(dice); !is_reserved(layout)) return layout;
}

void check_key(const Layout& layout, const Bytes& bytes) {
  const std::string text = key_text_of(layout, bytes);
  require(encode(layout, text) == bytes, "a key reads back from its text", text);
  const std::string json = json_of([&](Writer& writer) { decode_key(layout, bytes, writer); });
  require(nlohmann::json::accept(json), "a key is JSON", json);
  require(encode(layout, json) == bytes, "a key reads back from its JSON", json);
}

void check_value(const Layout& layout, const Bytes& bytes) {
  const std::string text = text_of(layout, bytes);
  const std::string again = text_of(layout, encode(layout, text));
  require(again == text, "a value reads back from its text", again, text);
}

}  // namespace

void fuzz_value(std::string_view input) {
  const Layout layout = some_layout(take_seed(input));
  Bytes bytes;
  if (accepts([&] { bytes = encode(layout, input); })) {
    check_key(layout, bytes);
    check_value(layout, bytes);
  }
  bytes.assign(layout.size, std::byte{0});
  const ByteView raw = bytes_of_text(input.substr(0, layout.size));
  std::ranges::copy(raw, bytes.begin());
  check_key(layout, bytes);
  check_value(layout, bytes);
}

void fuzz_expression(std::string_view input) {
  static const Schema schemas[] = {
      {.key = rule_key(), .value = rule_value()},
      {.key = of(Kind::ipv4, 4), .value = of(Kind::text, 16)},
      {.key = cidr6(), .value = array_of(rule_value(), 3)},
      {.key = unsigned_int(4), .value = of(Kind::floating, 8), .per_cpu = true}};
  const std::uint32_t seed = take_seed(input);
  const Schema& schema = schemas[seed % std::size(schemas)];
  Dice dice(seed);
  const Bytes key = any_bytes(dice, schema.key.size);
  const Bytes value = any_bytes(dice, per_cpu_stride(schema.value.size));
  const EntryView entry{key,
                        ByteView{value}.first(schema.per_cpu ? value.size() : schema.value.size)};
  const std::string text{input};
  accepts([&] {
    const bool holds = Expression(schema, {{text}}).holds(entry);
    bool negated = false;
    // Not every expression can be negated as a whole: it may end in an open constant.
    if (accepts([&] { negated = Expression(schema, {{"not (" + text + ")"}}).holds(entry); }) &&
        !schema.per_cpu)
      require(holds != negated, "an expression or its negation holds", text);
  });
  if (schema.per_cpu) return;
  accepts([&] {
    require(FieldOrder(schema, text).compare(entry, entry) == 0, "an entry is as large as itself");
  });
}

}  // namespace mapctl::test
