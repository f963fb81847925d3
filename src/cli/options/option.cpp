#include "cli/options/option.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "text/literal/ascii.hpp"
#include "text/literal/quantity.hpp"

namespace mapctl::cli {

namespace {

constexpr std::array<std::string_view, 21> names_by_kind{
    "",      "TEXT",       "NAME",      "N",     "DURATION", "CHOICE", "MAP",
    "PATH",  "FILE",       "FILE|MAP2", "DIR",   "TYPE",     "TYPE",   "KEY",
    "VALUE", "EXPRESSION", "FIELD",     "IFACE", "PACKET",   "GROUP",  "P%"};
static_assert(static_cast<std::size_t>(ValueKind::share) + 1 == names_by_kind.size());

std::string read_whole(const Option& option, std::string_view text, std::uint32_t& number) {
  const auto parsed = whole_number(text);
  if (!parsed || *parsed < option.least || *parsed > option.most)
    return fmt::format("'{}' is not a number from {} to {}", text, option.least, option.most);
  number = *parsed;
  return {};
}

/// Anything above 0 is at least a millisecond.
std::string read_duration(std::string_view text, std::uint32_t& milliseconds) {
  constexpr std::uint64_t each = 1'000'000;
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max() * each;
  const bool is_number = text.find_first_not_of("0123456789.") == std::string_view::npos;
  const auto nanoseconds = parse_duration(is_number ? std::string{text} + "s" : std::string{text});
  if (!nanoseconds)
    return fmt::format(
        "'{}' is not a duration such as 500ms, 10s or 1m30s, nor a number of seconds", text);
  if (*nanoseconds > most) return fmt::format("'{}' is longer than 49 days", text);
  milliseconds = static_cast<std::uint32_t>((*nanoseconds + each - 1) / each);
  return {};
}

std::string read_choice(const Option& option, std::string_view text, std::uint32_t& index) {
  const std::vector<std::string_view> choices = split_names(option.choices);
  const auto found = std::ranges::find(choices, text);
  index = static_cast<std::uint32_t>(found - choices.begin());
  if (found != choices.end()) return {};
  return fmt::format("'{}' is none of {}", text, fmt::join(choices, ", "));
}

}  // namespace

std::vector<std::string_view> split_names(std::string_view names) {
  std::vector<std::string_view> all;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    all.push_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return all;
}

bool contains_name(std::string_view names, std::string_view wanted) {
  for (;;) {
    const std::size_t end = std::min(names.find(','), names.size());
    if (names.substr(0, end) == wanted) return true;
    if (end == names.size()) return false;
    names.remove_prefix(end + 1);
  }
}

std::string_view value_name(ValueKind kind) {
  return names_by_kind[static_cast<std::size_t>(kind)];
}

std::string read_number(const Option& option, std::string_view text, std::uint32_t& number) {
  if (option.kind == ValueKind::number) return read_whole(option, text, number);
  if (option.kind == ValueKind::duration) return read_duration(text, number);
  if (option.kind == ValueKind::choice) return read_choice(option, text, number);
  return {};
}

}  // namespace mapctl::cli
