#pragma once
// Declares the options of a command as data, from which calls are parsed and help is printed.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "mapctl/pin_owner.hpp"

namespace mapctl::cli {

/// The kind of a value.
enum class ValueKind {
  flag,  ///< an option without a value
  text,
  name,
  number,
  duration,
  choice,
  map,
  pin,  ///< the path of a pin to create or remove
  file,
  file_or_map,
  directory,
  type,
  map_type,
  key,
  value,
  expression,
  field,
  interface,
  packet,
  group,
  share,
};

/// The placeholder of such a value in help, such as "FILE". Empty for flags.
std::string_view value_name(ValueKind kind);

/// Returns whether a list such as "put,update" contains the name. Copies nothing: a batch calls
/// this for hundreds of thousands of lines.
bool contains_name(std::string_view names, std::string_view wanted);

/// Splits such a list.
std::vector<std::string_view> split_names(std::string_view names);

/// An operand ("MAP"), or an option ("-n,--dry-run") with or without a value.
struct Option {
  /// Stores a value; it is empty for flags. Returns an error message, or an empty text.
  using Store = std::string (*)(const Option& option, void* options, std::string&& text);

  std::string_view names;
  ValueKind kind;
  std::string_view help;
  Store store;
  std::string_view choices{};  ///< separated by commas
  std::uint32_t least = 0;
  std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  bool is_required = false;
  bool is_repeatable = false;
  bool is_hidden = false;            ///< not shown in help
  std::string_view hidden_names{};   ///< other names that help does not show
  std::string_view excluded_name{};  ///< an option that excludes this one

  constexpr bool is_operand() const { return !names.starts_with('-'); }
  /// Returns the last name: "--dry-run", or "MAP".
  constexpr std::string_view label() const { return names.substr(names.rfind(',') + 1); }

  /// A copy with another value of one field.
  template <typename Member>
  constexpr Option with(Member Option::*field, Member value) const {
    Option copy = *this;
    copy.*field = value;
    return copy;
  }
  constexpr Option required(bool is = true) const { return with(&Option::is_required, is); }
  constexpr Option optional() const { return required(false); }
  constexpr Option of(std::string_view all) const { return with(&Option::choices, all); }
  constexpr Option also_called(std::string_view more) const {
    return with(&Option::hidden_names, more);
  }
  constexpr Option excludes(std::string_view other) const {
    return with(&Option::excluded_name, other);
  }
  constexpr Option from(std::uint32_t smallest) const { return with(&Option::least, smallest); }
  constexpr Option up_to(std::uint32_t largest) const { return with(&Option::most, largest); }
};

/// Converts a text by the option's kind: to a number, to milliseconds, or to the index of the
/// choice; ignores other kinds. Returns an error message, or an empty text.
std::string read_number(const Option& option, std::string_view text, std::uint32_t& number);

// ---- functions to declare options with; Path leads from a command's options to a member ----

template <typename Owner, typename Member>
Owner* owner_of(Member Owner::*);

template <auto first, auto... rest>
auto& member(void* options) {
  return ((static_cast<decltype(owner_of(first))>(options)->*first).*....*rest);
}

template <auto... Path>
using MemberAt = std::remove_reference_t<decltype(member<Path...>(nullptr))>;

template <typename Type>
constexpr bool is_optional = false;
template <typename Type>
constexpr bool is_optional<std::optional<Type>> = true;
template <typename Type>
constexpr bool is_vector = false;
template <typename Type>
constexpr bool is_vector<std::vector<Type>> = true;

inline void assign(std::string& member, std::string&& text, std::uint32_t) {
  member = std::move(text);
}
inline void assign(std::vector<std::string>& member, std::string&& text, std::uint32_t) {
  member.push_back(std::move(text));
}
/// Numbers, and choices as enumerators, which have the same order.
template <typename Member>
void assign(Member& member, std::string&&, std::uint32_t number) {
  member = static_cast<Member>(number);
}
template <typename Member>
void assign(std::optional<Member>& member, std::string&& text, std::uint32_t number) {
  assign(member.emplace(), std::move(text), number);
}

constexpr bool is_read(ValueKind kind) {
  return kind == ValueKind::number || kind == ValueKind::duration || kind == ValueKind::choice;
}

template <auto... Path>
std::string store_value(const Option& option, void* options, std::string&& text) {
  std::uint32_t number = 0;
  std::string problem;
  if (is_read(option.kind)) problem = read_number(option, text, number);
  if (problem.empty()) assign(member<Path...>(options), std::move(text), number);
  return problem;
}

template <auto Value, auto... Path>
std::string store_constant(const Option&, void* options, std::string&&) {
  member<Path...>(options) = Value;
  return {};
}

/// An option with a value; it is repeatable if the member is a vector.
template <auto... Path>
constexpr Option option(std::string_view names, ValueKind kind, std::string_view help) {
  return {.names = names,
          .kind = kind,
          .help = help,
          .store = store_value<Path...>,
          .is_repeatable = is_vector<MemberAt<Path...>>};
}

/// The operand is required unless the member is a std::optional.
template <auto... Path>
constexpr Option operand(std::string_view name, ValueKind kind, std::string_view help) {
  return option<Path...>(name, kind, help).required(!is_optional<MemberAt<Path...>>);
}

template <auto... Path>
constexpr Option number(std::string_view names, std::string_view help) {
  return option<Path...>(names, ValueKind::number, help);
}

/// A duration, stored as milliseconds.
template <auto... Path>
constexpr Option duration(std::string_view names, std::string_view help) {
  return option<Path...>(names, ValueKind::duration, help);
}

template <auto... Path>
constexpr Option choice(std::string_view names, std::string_view choices, std::string_view help) {
  return option<Path...>(names, ValueKind::choice, help).of(choices);
}

/// A flag that sets the member to Value.
template <auto Value, auto... Path>
constexpr Option flag_for(std::string_view names, std::string_view help) {
  return {.names = names,
          .kind = ValueKind::flag,
          .help = help,
          .store = store_constant<Value, Path...>};
}

template <auto... Path>
constexpr Option flag(std::string_view names, std::string_view help) {
  return flag_for<true, Path...>(names, help);
}

// ---- options of several commands ----

template <auto... Path>
constexpr Option map_operand(std::string_view name = "MAP") {
  return operand<Path...>(name, ValueKind::map, "/path of a pin, NAME, name:NAME or id:N");
}

template <auto... Path>
constexpr Option dry_run() {
  return flag<Path...>("-n,--dry-run", "only check, and tell what would be done");
}

template <auto... Path>
constexpr Option adopt() {
  return flag_for<PinOwner::anybody, Path...>("--adopt",
                                              "also use pins that other users own: you trust them");
}

template <auto... Path>
constexpr Option stats() {
  return flag<Path...>("--stats", "tell how many entries were read, and how consistent they are");
}

template <auto... Path>
constexpr Option cpu_sum() {
  return flag<Path...>("--sum", "per-CPU maps: the values of all CPUs added up, field by field");
}

}  // namespace mapctl::cli
