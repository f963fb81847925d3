#include "cli/entry/entry.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/naming/stack_trace.hpp"
#include "cli/naming/text_argument.hpp"
#include "cli/output/row.hpp"
#include "map/cpu_list.hpp"
#include "map/error/printable.hpp"
#include "map/map_error.hpp"
#include "mapctl/text/sum.hpp"
#include "text/layout/fields.hpp"
#include "text/layout/value_mask.hpp"
#include "text/literal/scalar.hpp"
#include "text/literal/suggest.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl::cli {

namespace {

bool is_plain_number(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("-0123456789xXabcdefABCDEF") == std::string_view::npos;
}

/// A bare number means different bytes as u32 and as __be32. If the map has types that the caller
/// may not read, a guess could be wrong.
void refuse_guess(const Layout& layout, std::string_view text, std::string_view option) {
  if (layout.kind != Kind::untyped || !is_plain_number(text)) return;
  throw Failed(
      {"permission",
       Exit::permission,
       fmt::format(
           "cannot tell which bytes '{}' means: the map has types, but you may not read them",
           excerpt(text)),
       "reading the types of a map needs CAP_SYS_ADMIN",
       {fmt::format("say the type with {}, such as {} u{}", option, option, 8 * layout.size),
        "or write the bytes: hex:…"}});
}

/// The type of an address of that size; empty if the text is no address.
std::string_view address_type(const std::string& text, std::uint32_t size) {
  in6_addr address{};
  if (size == 4 && inet_pton(AF_INET, text.c_str(), &address) == 1) return "ipv4";
  if (size == 16 && inet_pton(AF_INET6, text.c_str(), &address) == 1) return "ipv6";
  return "";
}

/// Many programs store addresses in members that BTF calls integers.
Bytes encode_typed_key(const Layout& layout, const std::string& text) {
  try {
    return encode(layout, text);
  } catch (const BadInput& error) {
    const std::string_view type = address_type(text, layout.size);
    if (type.empty()) throw;
    throw BadInput(error.what(),
                   {fmt::format("if the keys are addresses all the same: --key-as {}", type)});
  }
}

Encoded variable_key(const Target& target, const Member& variable) {
  ValuePart part{target.schema, variable.offset(), variable.type.size};
  part.schema.value = variable.type;
  return {.bytes = Bytes(target.map.info().key_size),
          .name = variable.name,
          .variable = std::move(part)};
}

/// Returns nothing if the text is a key of the usual form.
std::optional<Encoded> key_of_variable(const Target& target, const std::string& text) {
  const Layout& value = target.schema.value;
  if (!holds_variables(value) || parse_number(text) || is_hex_text(text)) return std::nullopt;
  const std::optional<FoundField> found = find_field(value, text);
  if (found && !is_unseen(*found->member)) return variable_key(target, *found->member);
  const std::vector<std::string> names = field_names(value);
  throw BadInput(fmt::format("there is no variable {} in {}; variables are {}", quote(text),
                             target.map.label(), name_list(names)),
                 suggestion(text, names));
}

void check_per_cpu(const Map& map, const Schema& schema, std::string_view option) {
  if (schema.per_cpu) return;
  throw usage_error(fmt::format("{} is for maps with per-CPU values, and {} is of type {}", option,
                                map.label(), type_name(map.info().type)));
}

}  // namespace

Encoded encode_key(const Target& target, const std::string& argument) {
  return key_of_text(target, text_of_argument(argument));
}

Encoded key_of_text(const Target& target, std::string text) {
  const Map& map = target.map;
  const Schema& schema = target.schema;
  const MapType type = map.info().type;
  if (map.info().key_size == 0)
    throw usage_error(fmt::format("maps of type {} have no keys", type_name(type)));
  if (std::optional<Object> object = key_object(map, text)) {
    Bytes bytes = object->bytes;
    return {.bytes = std::move(bytes), .object = std::move(object), .name = std::move(text)};
  }
  if (std::optional<Bytes> cgroup = cgroup_key(map, text)) return {.bytes = *std::move(cgroup)};
  if (std::optional<Encoded> variable = key_of_variable(target, text)) return *std::move(variable);
  if (schema.types_unreadable && !is_indexed(type)) refuse_guess(schema.key, text, "--key-as");
  Bytes key = encode_typed_key(schema.key, text);
  check_index(map, key, text);
  return {.bytes = std::move(key)};
}

std::vector<Encoded> encode_keys(const Target& target, std::span<const std::string> arguments) {
  std::vector<Encoded> keys;
  for (const std::string& argument : arguments) keys.push_back(encode_key(target, argument));
  return keys;
}

void check_index(const Map& map, ByteView key, std::string_view text) {
  const MapInfo& info = map.info();
  if (!is_array_like(info.type) || index_of(key) < info.max_entries) return;
  throw BadInput(
      fmt::format("index {} is past the end of {}", excerpt(text), map.label()),
      {fmt::format("the map has {} entries: 0 to {}", info.max_entries, info.max_entries - 1)});
}

void encode_value(const Schema& schema, std::string_view text, Bytes& value, LeftOut left_out) {
  if (schema.types_unreadable) refuse_guess(schema.value, text, "--value-as");
  if (schema.per_cpu)
    encode_per_cpu(schema.value, possible_cpus().size(), text, value, left_out);
  else
    encode(schema.value, text, ByteSpan{value}.first(schema.value.size), left_out);
}

void encode_whole_value(const Target& target, std::string_view text, Bytes& value, Bytes& kept,
                        const ValuePart* part, LeftOut left_out) {
  const auto encode = [&](Bytes& bytes) {
    if (part == nullptr) return encode_value(target.schema, text, bytes, left_out);
    const ByteView old = part->of(bytes);
    Bytes own(old.begin(), old.end());
    encode_value(part->schema, text, own, left_out);
    std::ranges::copy(own, bytes.begin() + static_cast<std::ptrdiff_t>(part->offset));
  };
  value.resize(target.map.value_bytes());
  if (part == nullptr && left_out != LeftOut::kept && !keeps_members(target.schema.value))
    return encode(value);
  std::ranges::fill(value, std::byte{0});
  encode(value);
  find_left_out(value, kept, encode);
}

Bytes value_over_old(const Target& target, const Encoded& key, const std::string& text) {
  Bytes value(target.map.value_bytes());
  if (keeps_members(target.schema.value))
    if (std::optional<Bytes> old = target.map.get_exact(key.bytes)) value = *std::move(old);
  encode_value(target.schema, text, value);
  return value;
}

std::vector<Bytes> encode_values(const Target& target, std::span<const std::string> arguments) {
  std::vector<Bytes> values;
  for (const std::string& argument : arguments)
    encode_value(target.schema, text_of_argument(argument),
                 values.emplace_back(target.map.value_bytes()));
  return values;
}

Schema with_unions(Schema schema, Unions unions) {
  if (unions == Unions::one) return schema;
  schema.key = unions_as_structs(std::move(schema.key));
  schema.value = unions_as_structs(std::move(schema.value));
  return schema;
}

void decode_value(const Schema& schema, ByteView value, Writer& writer, Texts texts) {
  if (schema.per_cpu)
    decode_per_cpu(schema.value, possible_cpus(), value, writer, texts);
  else if (value.size() > schema.value.size)
    decode_sum(schema.value, value, writer, texts);
  else
    decode(schema.value, value, writer, texts);
}

std::vector<Column> EntryPrinter::columns() const {
  std::vector<Column> columns;
  if (parts_ != Parts::value && schema_.key.size > 0) add_columns(columns, "key", schema_.key);
  if (parts_ == Parts::key) return columns;
  if (!schema_.per_cpu && !cpu_) {
    add_columns(columns, "value", schema_.value);
    return columns;
  }
  columns.push_back({"values", {}, "cpu"});  // no field: the value may have a member cpu
  add_columns(columns, "values", schema_.value);
  if (columns.back().field.empty()) columns.back().title = "value";
  return columns;
}

void EntryPrinter::print(Output& output, ByteView key, ByteView value) const {
  output.begin_struct();
  print_members(output, key, value);
  output.end_struct();
}

bool EntryPrinter::prints_key(const Output& output) const {
  return parts_ == Parts::key || (parts_ == Parts::entry && !output.prints_only_answer());
}

void EntryPrinter::print_members(Output& output, ByteView key, ByteView value) const {
  if (parts_ != Parts::key && !cpu_ && output.own_entry(schema_, key, value)) return;
  if (prints_key(output) && !key.empty()) {
    output.member("key");
    decode_key(schema_.key, key, output);
  }
  if (parts_ != Parts::key) print_value(output, value);
}

void EntryPrinter::print(Output& output, const Encoded& key, ByteView value) const {
  if (key.name.empty()) return print(output, key.bytes, value);
  output.begin_struct();
  if (prints_key(output)) Row(output).string("key", key.name);
  print_value(output, value);
  output.end_struct();
}

void EntryPrinter::print_value(Output& output, ByteView value) const {
  if (cpu_) {
    output.member("values");
    output.begin_one_cpu(*cpu_);
    decode(schema_.value, value, output, texts_);
    return output.end_one_cpu();
  }
  output.member(schema_.per_cpu ? "values" : "value");
  if (is_stack(schema_.value)) return output.names(frames_of(value));
  decode_value(schema_, value, output, texts_);
}

void VariablePrinter::print(Output& output, const Encoded& variable, ByteView value) const {
  Schema shown = variable.variable->schema;
  if (target_.hex) shown.value = bytes_layout(shown.value.size);
  EntryPrinter(shown, EntryPrinter::Parts::entry)
      .print(output, variable, variable.variable->of(value));
}

void VariablePrinter::print_all(Output& output, ByteView value) const {
  for (const Member& variable : target_.schema.value.members)
    if (!is_unseen(variable)) print(output, variable_key(target_, variable), value);
}

ValuePart choose_cpu(const Map& map, const Schema& schema, unsigned cpu) {
  check_per_cpu(map, schema, "--cpu");
  const std::vector<unsigned>& cpus = possible_cpus();
  const auto place = place_of_cpu(cpu);
  if (!place)
    throw usage_error(fmt::format("there is no CPU {}", cpu),
                      {fmt::format("possible CPUs are {} to {}", cpus.front(), cpus.back())});
  ValuePart choice{schema, 0, map.info().value_size};
  choice.schema.per_cpu = false;
  choice.offset = *place * (map.value_bytes() / cpus.size());
  return choice;
}

CpuSum::CpuSum(const Target& target, Format format) : target_(target), schema_(target.shown()) {
  if (format == Format::bpftool)
    throw usage_error("bpftool prints the values of all CPUs, and no sum of them",
                      {"leave --sum out, or use -o json"});
  const Map& map = target.map;
  check_per_cpu(map, schema_, "--sum");
  if (target.schema.types_unreadable && target.schema.value.kind == Kind::untyped)
    throw Failed({"permission",
                  Exit::permission,
                  fmt::format("cannot add up the values of {}: they have types, but you may not "
                              "read them",
                              map.label()),
                  "reading the types of a map needs CAP_SYS_ADMIN",
                  {"say the type with --value-as"}});
  schema_.per_cpu = false;
}

Bytes CpuSum::of(ByteView values) const { return sum_per_cpu(target_.schema.value, values); }

Exit print_answer(const Session& session, const EntryPrinter& printer, const Encoded& key,
                  ByteView value) {
  Results results(session, Document::answer, printer.columns());
  printer.print(*results, key, value);
  results.finish();
  return Exit::done;
}

Failure absent_keys(const Map& map, const std::vector<std::string>& labels) {
  return {"absent", Exit::no,
          fmt::format("{} {} not in {}", fmt::join(labels, ", "), labels.size() == 1 ? "is" : "are",
                      map.label())};
}

Exit report_absent(const Map& map, const std::vector<std::string>& labels) {
  return labels.empty() ? Exit::done : report(absent_keys(map, labels));
}

std::string label(const Target& target, const Encoded& key) {
  return key.name.empty() ? key_text_of(target.schema.key, key.bytes) : key.name;
}

}  // namespace mapctl::cli
