#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "text/codec/codec_parts.hpp"
#include "text/codec/prefix.hpp"
#include "text/layout/enumerators.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/bits.hpp"
#include "text/literal/scalar.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl {
namespace {

std::string fields_text(const Layout& layout) {
  const std::vector<std::string> names = field_names(layout);
  return names.empty() ? "it has no fields" : "fields are " + name_list(names);
}

/// Suggests the right form for `name:1` or `'name':1`.
std::vector<Remedy> colon_hint(const Layout& layout, std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  std::string_view name = trim(text.substr(0, colon));
  if (name.starts_with('\'')) name.remove_prefix(1);
  if (name.ends_with('\'')) name.remove_suffix(1);
  if (!find_field(layout, name)) return {};
  const std::string field{name};
  return {"write " + field + "=…, or as JSON in double quotes: {\"" + field + "\":…}"};
}

/// Suggests the right form for `a.b=1`.
std::vector<Remedy> dot_hint(const Layout& layout, std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || !find_field(layout, name.substr(0, dot))) return {};
  return {fmt::format("write {}={{{}=…}}", name.substr(0, dot), name.substr(dot + 1))};
}

[[noreturn]] void refuse_unnamed(const Layout& layout, TextCursor& in, const ValuePath& place,
                                 bool is_first) {
  if (in.rest().starts_with("null")) refuse_null(place);
  const bool has_gap = in.peek() == ',' || (!is_first && (in.at_end() || in.peek() == '}'));
  if (has_gap) refuse(place, "a name=value is missing " + in.where() + "; " + fields_text(layout));
  const std::string what = in.at_end() ? "an empty text" : quote(in.rest());
  refuse(place, what + " is not of the form name=value; " + fields_text(layout),
         colon_hint(layout, in.rest()));
}

[[noreturn]] void refuse_unbraced(const Layout& layout, TextCursor& in, const ValuePath& place) {
  if (in.rest().starts_with("null")) refuse_null(place);
  refuse(place, quote(in.rest()) + " is not of the form {name=value}; " + fields_text(layout));
}

[[noreturn]] void refuse_name(const Layout& layout, std::string_view name, const ValuePath& place) {
  std::vector<Remedy> fix = dot_hint(layout, name);
  if (fix.empty()) fix = suggestion(name, field_names(layout));
  refuse(place, "there is no field " + quote(name) + "; " + fields_text(layout), std::move(fix));
}

/// Finds the members that one text names. An index would cost more than it saves for the first few.
class FieldFinder {
 public:
  explicit FieldFinder(const Layout& layout) : layout_(layout) {}

  const Layout& layout() const noexcept { return layout_; }

  std::optional<FoundField> find(std::string_view name) {
    constexpr unsigned few = 32;
    if (found_++ < few) return find_field(layout_, name);
    if (!index_) index_ = field_index(layout_);
    const auto found = index_->find(name);
    return found == index_->end() ? std::nullopt : std::optional{found->second};
  }

 private:
  const Layout& layout_;
  unsigned found_ = 0;
  std::optional<FieldIndex> index_{};
};

FoundField read_name(TextCursor& in, FieldFinder& fields, const ValuePath& place, bool is_first) {
  const Layout& layout = fields.layout();
  const std::string_view name = in.name(place);
  if (name.empty()) refuse_unnamed(layout, in, place, is_first);
  const std::optional<FoundField> found = fields.find(name);
  if (!found) refuse_name(layout, name, place);
  const ValuePath field{&place, found->member->name};
  if (found->member->role == Role::hidden)
    refuse(field, "it is always written as 0 and cannot be set");
  if (is_unseen(*found->member)) refuse(field, "it belongs to the kernel and cannot be set");
  return *found;
}

void encode_member(TextCursor& in, const FoundField& field, ByteSpan out, const ValuePath& place) {
  const Member& member = *field.member;
  if (encode_special(in, member, out.subspan(field.base), place)) return;
  const ByteSpan bytes = out.subspan(field.offset(), member.type.size);
  if (is_kept(member) && in.left_out() == LeftOut::zero)
    std::fill(bytes.begin(), bytes.end(), std::byte{0});
  encode_value(in, member.type, bytes, place);
}

/// If the first member of a struct is an enum, its name alone may come first: `drop` means
/// `action=drop`.
std::optional<FoundField> leading_enum(TextCursor& in, const Layout& layout) {
  const auto member = std::find_if_not(layout.members.begin(), layout.members.end(), is_unseen);
  if (member == layout.members.end() || member->type.kind != Kind::enumeration) return std::nullopt;
  const std::string_view first = in.rest().substr(0, in.rest().find_first_of(",}"));
  const bool is_name = !first.empty() && std::isalpha(static_cast<unsigned char>(first.front()));
  if (!is_name || first.find_first_of("=\"{[") != std::string_view::npos) return std::nullopt;
  return find_field(layout, member->name);
}

/// Bitfields without a name hold nothing.
bool holds_fields(const Member& member) {
  return !member.name.empty() || is_composite(member.type);
}

bool lacks_zero(const Layout& type) {
  return type.kind == Kind::enumeration && !type.enumerators.empty() &&
         std::ranges::none_of(type.enumerators, [](const Enumerator& e) { return e.value == 0; });
}

/// "action=drop or action=pass"
std::string choices(const Member& member) {
  constexpr std::size_t most = 8;
  if (Unexplained::is_on()) return {};
  const std::vector<std::string> names = enumerator_names(member.type);
  const std::size_t shown = std::min(names.size(), most);
  std::string list;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) list += i + 1 < names.size() ? ", " : " or ";
    list += member.name + "=" + names[i];
  }
  return shown < names.size() ? list + " or another" : list;
}

/// Refuses a missing member whose 0 would be meaningless. Unions and arrays may be empty slots, so
/// their zeros are accepted.
void check_left_out(const Member& member, const ValuePath& place) {
  if (is_unseen(member) || is_kept(member)) return;
  if (lacks_zero(member.type)) refuse(place, "say which " + member.name + ": " + choices(member));
  if (member.type.kind != Kind::structure) return;
  const ValuePath inner{&place, member.name};
  for (const Member& each : member.type.members)
    check_left_out(each, member.name.empty() ? place : inner);
}

/// The members that a text has named, by FoundField::index.
class NamedMembers {
 public:
  bool has(std::uint32_t index) const {
    if (index < 64) return (first_ >> index & 1) != 0;
    return index - 64 < more_.size() && more_[index - 64];
  }

  void add(std::uint32_t index) {
    if (index < 64) {
      first_ |= std::uint64_t{1} << index;
      return;
    }
    if (index - 64 >= more_.size()) more_.resize(index - 63);
    more_[index - 64] = true;
  }

  bool empty() const noexcept { return first_ == 0 && more_.empty(); }

  /// Refuses two members of one union, and a missing enum that has no name for 0: nobody meant the
  /// value that would be stored. `index` is that of the first member.
  void check(const Layout& layout, const ValuePath& place, LeftOut left_out,
             std::uint32_t index = 0) const {
    const bool is_union = layout.kind == Kind::union_;
    unsigned arms = 0;
    for (const Member& member : layout.members) {
      if (!holds_fields(member)) continue;
      std::uint32_t next = index;
      const bool named = names_any(member, next);
      if (named) ++arms;
      if (member.name.empty() && (named || !is_union)) check(member.type, place, left_out, index);
      const bool becomes_zero = !named && !is_union && left_out == LeftOut::zero;
      if (!member.name.empty() && becomes_zero) check_left_out(member, place);
      index = next;
    }
    if (is_union && arms > 1)
      refuse(place,
             "only one of " + name_list(field_names(layout)) + " can be given: they share bytes");
  }

 private:
  bool names_any(const Member& member, std::uint32_t& index) const {
    if (!member.name.empty()) return has(index++);
    bool any = false;
    for (const Member& each : member.type.members)
      if (holds_fields(each) && names_any(each, index)) any = true;
    return any;
  }

  std::uint64_t first_ = 0;
  std::vector<bool> more_;  ///< members from the 65th on
};

void encode_members(TextCursor& in, const Layout& layout, ByteSpan out, const ValuePath& place,
                    LongForm* prefix, NamedMembers& named) {
  if (const std::optional<FoundField> field = leading_enum(in, layout)) {
    encode_member(in, *field, out, {&place, field->member->name});
    named.add(field->index);
    if (!in.accept(',')) return;
  }
  FieldFinder fields(layout);
  do {
    const FoundField field = read_name(in, fields, place, named.empty());
    const ValuePath inner{&place, field.member->name};
    if (named.has(field.index)) refuse(inner, "it is given twice");
    named.add(field.index);
    if (prefix && prefix->take(field, in, out, inner)) continue;
    encode_member(in, field, out, inner);
  } while (in.accept(','));
}

void encode_array(TextCursor& in, const Layout& layout, ByteSpan out, const ValuePath& place) {
  if (!in.accept('[')) {
    if (in.rest().starts_with("null")) refuse_null(place);
    refuse(place, quote(in.rest()) + " is no list: the array takes [a,b,…] with " +
                      counted(layout.count, "element"));
  }
  const std::size_t given = count_elements(in.rest());
  if (given != layout.count)
    refuse(place, "the array takes " + counted(layout.count, "element") + ", not " +
                      std::to_string(given));
  encode_list(in, *layout.element, layout.count, out, place);
}

void encode_byte_list(TextCursor& in, ByteSpan out, const ValuePath& place) {
  const auto count = static_cast<std::uint32_t>(out.size());
  const Layout element{.kind = Kind::integer, .size = 1};
  const Layout list{.kind = Kind::array,
                    .size = count,
                    .element = std::make_shared<const Layout>(element),
                    .count = count};
  encode_array(in, list, out, place);
}

/// Reads structs and arrays given as hex:…, or as a JSON string that contains either form.
bool encode_as_string(TextCursor& in, const Layout& layout, ByteSpan out, const ValuePath& place) {
  if (is_hex_text(in.rest())) {
    encode_hex(in.token(place).text, out, place);
    return true;
  }
  if (in.peek() != '"') return false;
  encode_whole(layout, in.token(place).text, out, place, in.left_out());
  return true;
}

}  // namespace

void encode_struct(TextCursor& in, const Layout& layout, ByteSpan out, const ValuePath& place,
                   LongForm* prefix) {
  const bool braces = in.accept('{');
  if (!braces && in.nested()) refuse_unbraced(layout, in, place);
  in.enter();
  NamedMembers named;
  const bool empty = braces && in.peek() == '}';
  if (!empty) encode_members(in, layout, out, place, prefix, named);
  named.check(layout, place, in.left_out());
  if (braces && !in.accept('}')) refuse(place, "a '}' is missing " + in.where());
  in.leave();
}

void encode_value(TextCursor& in, const Layout& layout, ByteSpan out, const ValuePath& place) {
  if (layout.kind == Kind::bytes && in.peek() == '[') return encode_byte_list(in, out, place);
  const bool is_array = layout.kind == Kind::array;
  if (!is_array && !is_composite(layout)) return encode_scalar(layout, in.token(place), out, place);
  if (encode_as_string(in, layout, out, place)) return;
  is_array ? encode_array(in, layout, out, place) : encode_struct(in, layout, out, place);
}

void encode_whole(const Layout& layout, std::string_view text, ByteSpan out, const ValuePath& place,
                  LeftOut left_out) {
  TextCursor in{text, left_out};
  encode_value(in, layout, out, place);
  in.finish(place);
}

void encode_list(TextCursor& in, const Layout& element, std::size_t count, ByteSpan out,
                 const ValuePath& place) {
  const std::size_t stride = count == 0 ? 0 : out.size() / count;
  in.enter();
  for (std::size_t i = 0; i < count; ++i) {
    const ValuePath slot{&place, {}, i};
    if (i > 0 && !in.accept(',')) refuse(slot, "a ',' is missing " + in.where());
    encode_value(in, element, out.subspan(i * stride, element.size), slot);
  }
  in.leave();
  if (!in.accept(']')) refuse(place, "a ']' is missing " + in.where());
}

[[noreturn]] void refuse_null(const ValuePath& place) {
  refuse(place, "null is not a value; leave the field out, or give 0");
}

}  // namespace mapctl
