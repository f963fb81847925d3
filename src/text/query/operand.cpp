#include "text/query/operand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "map/error/printable.hpp"
#include "mapctl/text/codec.hpp"
#include "text/codec/codec_parts.hpp"
#include "text/layout/fields.hpp"
#include "text/layout/value_mask.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/bits.hpp"
#include "text/literal/suggest.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl {
namespace {

std::string shape_of(const Layout& type) {
  return is_composite(type) ? "its fields are " + name_list(field_names(type)) : "it has no fields";
}

/// Finds the member whose name begins the path, and the rest of the path. Names may contain dots
/// (variables of a function do), so the longest name that fits wins.
std::optional<std::pair<FoundField, std::string_view>> leading_field(const Layout& type,
                                                                     std::string_view path) {
  for (std::size_t end = path.size(); end != std::string_view::npos && end > 0;
       end = path.find_last_of(".[", end - 1)) {
    if (const auto found = find_field(type, path.substr(0, end)))
      return std::pair{*found, path.substr(end)};
  }
  return std::nullopt;
}

Operand into_member(const Operand& from, const FoundField& field) {
  Operand to{.name = from.name, .slice = from.slice, .member = *field.member};
  if (to.member.role == Role::hidden) refuse_operand(to, "it is hidden, and not printed either");
  if (is_unseen(to.member)) refuse_operand(to, "it belongs to the kernel and cannot be read");
  to.slice.offset += field.offset();
  to.slice.size = to.type().size;
  to.member.bit_offset %= 8;
  if (to.is_bitfield()) to.slice.size = (to.member.bit_offset + to.member.bit_size + 7) / 8;
  return to;
}

/// Takes an index like `[2]` from the front of the path, and steps to that element.
Operand into_element(const Operand& from, std::string_view& path) {
  const std::size_t close = path.find(']');
  const bool is_closed = close != std::string_view::npos;
  const auto index =
      is_closed ? whole_number(path.substr(1, close - 1)) : std::optional<std::uint32_t>{};
  if (!index) refuse_operand(from, fmt::format("{} is no index such as [0]", quote(path)));
  const Layout& type = from.type();
  const bool is_bytes = type.kind == Kind::bytes;
  if (from.is_bitfield() || (type.kind != Kind::array && !is_bytes))
    refuse_operand(from, fmt::format("there is no {}: it is no array", path.substr(0, close + 1)));
  const std::uint32_t count = is_bytes ? type.size : type.count;
  if (*index >= count)
    refuse_operand(from, fmt::format("the array has {}, so the last is [{}]",
                                     counted(count, "element"), std::int64_t{count} - 1));
  path.remove_prefix(close + 1);
  Operand to{.name = from.name, .slice = from.slice};
  to.member.type = is_bytes ? Layout{.kind = Kind::integer, .size = 1} : *type.element;
  to.slice.size = to.type().size;
  to.slice.offset += *index * to.slice.size;
  return to;
}

[[noreturn]] void refuse_member(const Operand& operand, std::string_view path) {
  const Layout& type = operand.type();
  const std::string_view word = path.substr(0, path.find_first_of(".["));
  refuse_operand(operand, fmt::format("there is no {}; {}", quote(word), shape_of(type)),
                 suggestion(word, field_names(type)));
}

/// Follows a path like `.a.b[2]` to its end.
Operand follow(Operand operand, std::string_view path) {
  while (!path.empty()) {
    if (path.front() == '[') {
      operand = into_element(operand, path);
      continue;
    }
    if (path.front() == '.') path.remove_prefix(1);
    const auto found = leading_field(operand.type(), path);
    if (!found || operand.is_bitfield()) refuse_member(operand, path);
    operand = into_member(operand, found->first);
    path = found->second;
  }
  return operand;
}

/// All of the key or of the value: where the path of this name starts.
Operand whole(const Schema& schema, bool is_key, std::string_view name) {
  Operand operand{.name = std::string{name}};
  operand.member.type = is_key ? schema.key : schema.value;
  operand.slice = {is_key, 0, operand.type().size};
  return operand;
}

/// Returns whether the path is that word, or the word followed by a further part.
bool begins_with(std::string_view path, std::string_view word) {
  if (!path.starts_with(word)) return false;
  return path.size() == word.size() || path[word.size()] == '.' || path[word.size()] == '[';
}

[[noreturn]] void refuse_unknown(const Schema& schema, std::string_view name) {
  std::vector<std::string> names = field_names(schema.key);
  for (std::string& each : field_names(schema.value)) names.push_back(std::move(each));
  if (schema.key.size > 0) names.emplace_back("key");
  names.emplace_back("value");
  const std::string_view word = name.substr(0, name.find_first_of(".["));
  throw BadInput(fmt::format("there is no field {}; fields are {}", quote(word), name_list(names)),
                 suggestion(word, names));
}

/// Reads a constant over the bytes of the slice.
void read_constant(const Operand& operand, std::string_view text, ByteSpan out) {
  naming(operand, [&] {
    const ValuePath top;
    TextCursor in{text};
    if (!encode_special(in, operand.member, out, top)) return encode(operand.type(), text, out);
    in.finish(top);
  });
}

}  // namespace

Operand find_operand(const Schema& schema, std::string_view name) {
  for (const bool in_key : {true, false}) {
    const std::string_view side = in_key ? "key" : "value";
    if (!begins_with(name, side)) continue;
    Operand operand = follow(whole(schema, in_key, name), name.substr(side.size()));
    operand.is_whole = name.size() == side.size();
    return operand;
  }
  const bool of_key = leading_field(schema.key, name).has_value();
  const bool of_value = leading_field(schema.value, name).has_value();
  if (of_key && of_value)
    throw BadInput(fmt::format("key and value both have a field {}", quote(name)),
                   {fmt::format("say which: key.{0} or value.{0}", excerpt(name))});
  if (!of_key && !of_value) refuse_unknown(schema, name);
  return follow(whole(schema, of_key, name), name);
}

void refuse_operand(const Operand& operand, const std::string& reason, std::vector<Remedy> fix) {
  throw BadInput(fmt::format("{}: {}", excerpt(operand.name), reason), std::move(fix));
}

Bytes constant_of(const Operand& operand, std::string_view text) {
  Bytes bytes(operand.slice.size);
  read_constant(operand, text, bytes);
  return bytes;
}

Bytes bits_that_count(const Operand& operand, std::string_view text, ByteView constant) {
  Bytes mask = seen_bits(operand.type());
  for (std::size_t i = 0; i < mask.size(); ++i)
    if ((constant[i] & ~mask[i]) != std::byte{0}) return Bytes(operand.slice.size, std::byte{0xff});
  Bytes left_out;
  find_left_out(constant, left_out, [&](Bytes& bytes) { read_constant(operand, text, bytes); });
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] &= ~left_out[i];
  return mask;
}

}  // namespace mapctl
