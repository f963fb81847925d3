#pragma once
// What a command takes, as data: a call is parsed by it, help is printed from it, and completions
// can be.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace mapctl::cli {

/// What a value is, for help and completions.
enum class ValueKind {
  flag,  ///< an option without a value
  text,
  number,
  seconds,
  choice,
  map,
  pin,  ///< the path of a pin to be made or removed
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
};

/// "FILE": how help calls a value of that kind. Empty for flags.
std::string_view value_name(ValueKind kind);

/// An operand ("MAP"), or an option ("-n,--dry-run") with its value or without one.
struct Option {
  /// Stores a value; of a flag it is empty. Returns what is wrong with it, or nothing.
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
  bool is_hidden = false;            ///< help does not show it
  std::string_view hidden_names{};   ///< more names that help does not show
  std::string_view excluded_name{};  ///< of an option that may not be given as well

  constexpr bool is_operand() const { return !names.starts_with('-'); }
  /// "--dry-run", or "MAP".
  constexpr std::string_view label() const {
    const std::size_t comma = names.rfind(',');
    return comma == names.npos ? names : names.substr(comma + 1);
  }

  constexpr Option required() const {
    return with([](Option& o) { o.is_required = true; });
  }
  constexpr Option optional() const {
    return with([](Option& o) { o.is_required = false; });
  }
  constexpr Option hidden() const {
    return with([](Option& o) { o.is_hidden = true; });
  }
  constexpr Option also_called(std::string_view more) const {
    return with([&](Option& o) { o.hidden_names = more; });
  }
  constexpr Option excludes(std::string_view other) const {
    return with([&](Option& o) { o.excluded_name = other; });
  }

 private:
  template <typename Change>
  constexpr Option with(Change change) const {
    Option copy = *this;
    change(copy);
    return copy;
  }
};

/// How the values are read that are not simply texts; each returns what is wrong, or nothing.
std::string read_number(const Option& option, std::string_view text, std::uint32_t& number);
std::string read_seconds(std::string_view text, std::uint32_t& milliseconds);
/// The index of the text among the option's choices.
std::string read_choice(const Option& option, std::string_view text, std::uint32_t& index);

// ---- the functions that commands declare with; Path leads from their options to a member ----

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

template <auto... Path>
std::string store_text(const Option&, void* options, std::string&& text) {
  if constexpr (is_vector<MemberAt<Path...>>)
    member<Path...>(options).push_back(std::move(text));
  else
    member<Path...>(options) = std::move(text);
  return {};
}

template <auto... Path>
std::string store_number(const Option& option, void* options, std::string&& text) {
  std::uint32_t number = 0;
  std::string problem = option.kind == ValueKind::seconds ? read_seconds(text, number)
                                                          : read_number(option, text, number);
  if (problem.empty()) member<Path...>(options) = number;
  return problem;
}

/// Choices are in the order of the enumerators, or kept as the texts that they are.
template <auto... Path>
std::string store_choice(const Option& option, void* options, std::string&& text) {
  std::uint32_t index = 0;
  std::string problem = read_choice(option, text, index);
  auto& chosen = member<Path...>(options);
  if (!problem.empty()) return problem;
  if constexpr (is_optional<MemberAt<Path...>>)
    chosen = static_cast<typename MemberAt<Path...>::value_type>(index);
  else
    chosen = std::move(text);
  return {};
}

template <auto Value, auto... Path>
std::string store_constant(const Option&, void* options, std::string&&) {
  member<Path...>(options) = Value;
  return {};
}

/// Required, unless the member can be empty; any number of them for a vector.
template <auto... Path>
constexpr Option operand(std::string_view name, ValueKind kind, std::string_view help) {
  return {.names = name,
          .kind = kind,
          .help = help,
          .store = store_text<Path...>,
          .is_required = !is_optional<MemberAt<Path...>>,
          .is_repeatable = is_vector<MemberAt<Path...>>};
}

template <auto... Path>
constexpr Option option(std::string_view names, ValueKind kind, std::string_view help) {
  return {.names = names,
          .kind = kind,
          .help = help,
          .store = store_text<Path...>,
          .is_repeatable = is_vector<MemberAt<Path...>>};
}

/// A whole number in that range.
template <auto... Path>
constexpr Option number(std::string_view names, std::uint32_t least, std::string_view help,
                        std::uint32_t most = std::numeric_limits<std::uint32_t>::max()) {
  return {.names = names,
          .kind = ValueKind::number,
          .help = help,
          .store = store_number<Path...>,
          .least = least,
          .most = most};
}

/// Seconds, kept as milliseconds.
template <auto... Path>
constexpr Option seconds(std::string_view names, std::string_view help) {
  return {.names = names, .kind = ValueKind::seconds, .help = help, .store = store_number<Path...>};
}

template <auto... Path>
constexpr Option choice(std::string_view names, std::string_view choices, std::string_view help) {
  return {.names = names,
          .kind = ValueKind::choice,
          .help = help,
          .store = store_choice<Path...>,
          .choices = choices};
}

template <auto... Path>
constexpr Option flag(std::string_view names, std::string_view help) {
  return {.names = names,
          .kind = ValueKind::flag,
          .help = help,
          .store = store_constant<true, Path...>};
}

/// A flag that gives the member that value.
template <auto Value, auto... Path>
constexpr Option flag_for(std::string_view names, std::string_view help) {
  return {.names = names,
          .kind = ValueKind::flag,
          .help = help,
          .store = store_constant<Value, Path...>};
}

// ---- what several commands take ----

template <auto... Path>
constexpr Option map_operand(std::string_view name = "MAP") {
  return operand<Path...>(name, ValueKind::map, "/path of a pin, NAME, name:NAME or id:N");
}

template <auto... Path>
constexpr Option dry_run() {
  return flag<Path...>("-n,--dry-run", "only check, and tell what would be done");
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
