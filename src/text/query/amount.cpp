#include "text/query/amount.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <utility>

#include "text/codec/end.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/bits.hpp"
#include "text/literal/quantity.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl {
namespace {

constexpr std::string_view now = "now";

/// The last part of a path such as `value.times[2]`: "times".
std::string_view last_name(std::string_view path) {
  while (path.ends_with(']')) path = path.substr(0, path.rfind('['));
  return path.substr(path.rfind('.') + 1);
}

bool is_time(Role role) { return role == Role::monotonic_ns || role == Role::boottime_ns; }

/// Nanoseconds of the unit in which the name of the field ends, unless its role says it; 0 if there
/// is none.
std::int64_t unit_of(std::string_view name, const Member& member) {
  if (is_time(member.role)) return 1;
  if (is_end(member)) return member.type.size == 4 ? 1'000'000'000 : 1;
  constexpr std::pair<std::string_view, std::int64_t> units[] = {{"_ns", 1},
                                                                 {"_us", 1'000},
                                                                 {"_ms", 1'000'000},
                                                                 {"_s", 1'000'000'000},
                                                                 {"_sec", 1'000'000'000},
                                                                 {"_seconds", 1'000'000'000}};
  for (const auto& [ending, size] : units)
    if (name.ends_with(ending)) return size;
  return 0;
}

/// bpf_ktime_get_ns() or bpf_ktime_get_boot_ns().
std::int64_t nanoseconds_now(std::string_view field, const Member& member) {
  timespec time{};
  const bool is_boot = is_end(member)         ? true
                       : is_time(member.role) ? member.role == Role::boottime_ns
                                              : field.find("boot") != std::string_view::npos;
  ::clock_gettime(is_boot ? CLOCK_BOOTTIME : CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// A sum of durations, and of now.
struct Time {
  std::int64_t nanoseconds = 0;
  bool from_now = false;
};

/// Adds a term with its sign. Returns false if it is none.
bool add(Time& time, std::string_view term, bool is_minus) {
  if (equal_ignoring_case(term, now)) return !is_minus && !std::exchange(time.from_now, true);
  const std::optional<std::uint64_t> duration = parse_duration(term);
  if (!duration || *duration > std::numeric_limits<std::int64_t>::max()) return false;
  const auto signed_duration = static_cast<std::int64_t>(*duration);
  return !__builtin_add_overflow(time.nanoseconds, is_minus ? -signed_duration : signed_duration,
                                 &time.nanoseconds);
}

/// `5m`, `now`, `now - 10m`, `1h + 30s`.
std::optional<Time> parse_time(std::string_view text) {
  Time time;
  for (bool is_minus = false;;) {
    const std::size_t sign = std::min(text.find_first_of("+-"), text.size());
    if (!add(time, trim(text.substr(0, sign)), is_minus)) return std::nullopt;
    if (sign == text.size()) return time;
    is_minus = text[sign] == '-';
    text.remove_prefix(sign + 1);
  }
}

std::int64_t in_unit_of(const Operand& operand, const Time& time, std::string_view text) {
  const std::string_view name = last_name(operand.name);
  const std::int64_t unit = unit_of(name, operand.member);
  if (unit == 0)
    refuse_operand(operand,
                   fmt::format("the unit of {} is not known: the name ends in none of _ns, _us, "
                               "_ms, _s, _sec and _seconds",
                               quote(text)),
                   {{"give a number in the unit of the field"}});
  if (time.nanoseconds % unit != 0)
    refuse_operand(operand,
                   fmt::format("{} is not a whole number in the unit of the field", quote(text)));
  const std::int64_t count = time.nanoseconds / unit;
  if (!time.from_now) return count;
  const std::int64_t point = count + nanoseconds_now(name, operand.member) / unit;
  // Nothing happened before the clock began: so early is 0.
  return operand.type().is_signed ? point : std::max<std::int64_t>(point, 0);
}

bool is_integer(const Layout& type) {
  return type.kind == Kind::integer || type.kind == Kind::big_endian ||
         (type.kind == Kind::untyped && has_integer_size(type.size));
}

}  // namespace

std::optional<std::string> computed_constant(const Operand& operand, std::string_view text) {
  if (!is_integer(operand.type())) return std::nullopt;
  if (const std::optional<std::uint64_t> size = parse_size(text)) return std::to_string(*size);
  if (const std::optional<Time> time = parse_time(text)) {
    if (is_end(operand.member) && !time->from_now) return std::nullopt;  // refused as a duration
    const std::int64_t count = in_unit_of(operand, *time, text);
    if (!is_end(operand.member)) return std::to_string(count);
    return end_text(static_cast<std::uint64_t>(count), operand.type().size);
  }
  return std::nullopt;
}

}  // namespace mapctl
