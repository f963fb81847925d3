#include "text/query/field_path.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/suggest.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl {
namespace {

/// The state of following a path.
struct Step {
  const Layout* type;
  std::uint32_t offset;              ///< bytes from the start of the key or value
  const Member* bitfield = nullptr;  ///< in the struct that begins at offset
  Role role = Role::none;
};

[[noreturn]] void refuse_field(std::string_view name, const std::string& reason,
                               std::vector<Remedy> fix = {}) {
  throw BadInput(fmt::format("{}: {}", excerpt(name), reason), std::move(fix));
}

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

Step into_member(const FoundField& field, std::uint32_t base, std::string_view name) {
  const Member& member = *field.member;
  if (member.role == Role::hidden) refuse_field(name, "it is hidden, and not printed either");
  if (is_unseen(member)) refuse_field(name, "it belongs to the kernel and cannot be read");
  if (member.bit_size != 0) return {&member.type, base + field.base, &member};
  return {&member.type, base + field.offset(), nullptr, member.role};
}

const Layout& one_byte() {
  static const Layout byte{.kind = Kind::integer, .size = 1};
  return byte;
}

/// Takes an index like `[2]` from the front of the path, and steps to that element.
Step into_element(const Step& from, std::string_view& path, std::string_view name) {
  const std::size_t close = path.find(']');
  const bool is_closed = close != std::string_view::npos;
  const auto index =
      is_closed ? whole_number(path.substr(1, close - 1)) : std::optional<std::uint32_t>{};
  if (!index) refuse_field(name, fmt::format("{} is no index such as [0]", quote(path)));
  const Layout& type = *from.type;
  const bool is_bytes = type.kind == Kind::bytes;
  if (from.bitfield || (type.kind != Kind::array && !is_bytes))
    refuse_field(name, fmt::format("there is no {}: it is no array", path.substr(0, close + 1)));
  const std::uint32_t count = is_bytes ? type.size : type.count;
  if (*index >= count)
    refuse_field(name, fmt::format("the array has {}, so the last is [{}]",
                                   counted(count, "element"), std::int64_t{count} - 1));
  path.remove_prefix(close + 1);
  const Layout& element = is_bytes ? one_byte() : *type.element;
  return {&element, from.offset + *index * element.size};
}

[[noreturn]] void refuse_member(const Layout& type, std::string_view path, std::string_view name) {
  const std::string_view word = path.substr(0, path.find_first_of(".["));
  refuse_field(name, fmt::format("there is no {}; {}", quote(word), shape_of(type)),
               suggestion(word, field_names(type)));
}

/// Follows a path like `.a.b[2]` to its end.
Step follow(Step step, std::string_view path, std::string_view name) {
  while (!path.empty()) {
    if (path.front() == '[') {
      step = into_element(step, path, name);
      continue;
    }
    if (path.front() == '.') path.remove_prefix(1);
    const auto found = leading_field(*step.type, path);
    if (!found || step.bitfield) refuse_member(*step.type, path, name);
    step = into_member(found->first, step.offset, name);
    path = found->second;
  }
  return step;
}

Operand operand_at(const Step& step, std::string_view name, bool in_key) {
  Operand operand{.name = std::string{name}, .slice = {in_key, step.offset, step.type->size}};
  operand.member.type = *step.type;
  operand.member.role = step.role;
  if (step.bitfield == nullptr) return operand;
  const Member& field = *step.bitfield;
  operand.member.bit_size = field.bit_size;
  operand.member.bit_offset = field.bit_offset % 8;
  operand.slice.offset += field.bit_offset / 8;
  operand.slice.size = (operand.member.bit_offset + field.bit_size + 7) / 8;
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
  names.emplace_back("key");
  names.emplace_back("value");
  const std::string_view word = name.substr(0, name.find_first_of(".["));
  throw BadInput(fmt::format("there is no field {}; fields are {}", quote(word), name_list(names)),
                 suggestion(word, names));
}

}  // namespace

Operand find_operand(const Schema& schema, std::string_view name) {
  for (const bool in_key : {true, false}) {
    const std::string_view side = in_key ? "key" : "value";
    if (!begins_with(name, side)) continue;
    const Step whole{in_key ? &schema.key : &schema.value, 0};
    Operand operand = operand_at(follow(whole, name.substr(side.size()), name), name, in_key);
    operand.is_whole = name.size() == side.size();
    return operand;
  }
  const bool of_key = leading_field(schema.key, name).has_value();
  const bool of_value = leading_field(schema.value, name).has_value();
  if (of_key && of_value)
    throw BadInput(fmt::format("key and value both have a field {}", quote(name)),
                   {fmt::format("say which: key.{0} or value.{0}", excerpt(name))});
  if (!of_key && !of_value) refuse_unknown(schema, name);
  return operand_at(follow({of_key ? &schema.key : &schema.value, 0}, name, name), name, of_key);
}

}  // namespace mapctl
