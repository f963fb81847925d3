#include "text/literal/quantity.hpp"

#include <span>

#include "text/literal/bits.hpp"

namespace mapctl {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t size;
};

constexpr std::uint64_t second = 1'000'000'000;

/// A unit comes before the shorter ones that it begins with.
constexpr Unit durations[] = {
    {"ns", 1},          {"us", 1'000},        {"ms", 1'000'000},     {"s", second},
    {"m", 60 * second}, {"h", 3600 * second}, {"d", 86'400 * second}};
constexpr Unit sizes[] = {
    {"Ki", 1ULL << 10}, {"Mi", 1ULL << 20}, {"Gi", 1ULL << 30},   {"Ti", 1ULL << 40},
    {"k", 1'000},       {"M", 1'000'000},   {"G", 1'000'000'000}, {"T", 1'000'000'000'000}};

/// A decimal number is digits / scale.
struct Decimal {
  std::uint64_t digits = 0;
  std::uint64_t scale = 1;
};

/// At most 18 digits, so that nothing overflows.
std::optional<Decimal> take_decimal(std::string_view& text) {
  constexpr std::size_t most = 18;
  Decimal decimal;
  bool is_behind_point = false;
  std::size_t digits = 0;
  while (!text.empty()) {
    const char c = text.front();
    if (c == '.' && !is_behind_point) {
      is_behind_point = true;
    } else if (c >= '0' && c <= '9') {
      if (++digits > most) return std::nullopt;
      decimal.digits = decimal.digits * 10 + static_cast<std::uint64_t>(c - '0');
      if (is_behind_point) decimal.scale *= 10;
    } else {
      break;
    }
    text.remove_prefix(1);
  }
  return digits == 0 ? std::nullopt : std::optional{decimal};
}

/// Takes a number and its unit from the front of the text. It has to be a whole number.
std::optional<std::uint64_t> take_quantity(std::string_view& text, std::span<const Unit> units) {
  const std::optional<Decimal> decimal = take_decimal(text);
  if (!decimal) return std::nullopt;
  for (const Unit& unit : units) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    const Wide scaled = Wide{decimal->digits} * unit.size;
    const Wide whole = scaled / decimal->scale;
    if (scaled % decimal->scale != 0 || whole > UINT64_MAX) return std::nullopt;
    return static_cast<std::uint64_t>(whole);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_duration(std::string_view text) {
  std::uint64_t sum = 0;
  do {
    const std::optional<std::uint64_t> part = take_quantity(text, durations);
    if (!part || __builtin_add_overflow(sum, *part, &sum)) return std::nullopt;
  } while (!text.empty());
  return sum;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const std::optional<std::uint64_t> size = take_quantity(text, sizes);
  return text.empty() ? size : std::nullopt;
}

}  // namespace mapctl
