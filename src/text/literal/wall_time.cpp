#include "text/literal/wall_time.hpp"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace mapctl {
namespace {

constexpr std::int64_t one_second = 1'000'000'000;

std::int64_t nanoseconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * one_second + time.tv_nsec;
}

std::int64_t measure_boot_second() {
  std::int64_t shortest = one_second;
  std::int64_t boot = 0;
  for (int i = 0; i < 8; ++i) {  // a pause between two clocks would shift one against the other
    const std::int64_t before = nanoseconds_of(CLOCK_BOOTTIME);
    const std::int64_t now = nanoseconds_of(CLOCK_REALTIME);
    const std::int64_t pause = nanoseconds_of(CLOCK_BOOTTIME) - before;
    if (pause >= shortest) continue;
    shortest = pause;
    boot = now - before - pause / 2;
  }
  return boot / one_second;
}

/// Takes the separator, if it is not 0, and that many digits.
std::optional<int> take(std::string_view& text, char separator, std::size_t digits) {
  if (separator != '\0') {
    if (!text.starts_with(separator)) return std::nullopt;
    text.remove_prefix(1);
  }
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

/// Takes `.5`, up to nine digits; 0 if there is no point.
std::optional<std::uint32_t> take_fraction(std::string_view& text) {
  if (!text.starts_with('.')) return 0;
  text.remove_prefix(1);
  std::uint32_t fraction = 0;
  std::uint32_t unit = one_second;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    unit /= 10;
    if (unit == 0) return std::nullopt;
    fraction += unit * static_cast<std::uint32_t>(text.front() - '0');
    text.remove_prefix(1);
  }
  return unit == one_second ? std::nullopt : std::optional{fraction};
}

bool is_same_time(const tm& a, const tm& b) {
  return a.tm_mday == b.tm_mday && a.tm_hour == b.tm_hour && a.tm_min == b.tm_min &&
         a.tm_isdst == b.tm_isdst;
}

/// Nullopt if the local clock skips that time, or shows it twice.
std::optional<std::int64_t> local_second(const tm& shown) {
  std::optional<std::int64_t> found;
  for (const int summer : {0, 1}) {
    tm given = shown;
    given.tm_isdst = summer;
    tm normal = given;
    const std::time_t second = ::mktime(&normal);
    if (!is_same_time(given, normal)) continue;
    if (found) return std::nullopt;
    found = second;
  }
  return found;
}

}  // namespace

std::optional<WallTime> parse_wall_time(std::string_view text) {
  const auto year = take(text, '\0', 4);
  const auto month = take(text, '-', 2);
  const auto day = take(text, '-', 2);
  const auto hour = take(text, 'T', 2);
  const auto minute = take(text, ':', 2);
  if (!year || !month || !day || !hour || !minute || *hour > 23 || *minute > 59)
    return std::nullopt;
  const bool has_seconds = text.starts_with(':');
  const auto seconds = has_seconds ? take(text, ':', 2) : std::optional{0};
  const auto fraction = has_seconds ? take_fraction(text) : std::optional<std::uint32_t>{0};
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!seconds || *seconds > 59 || !fraction || !date.ok()) return std::nullopt;
  tm shown{};
  shown.tm_year = *year - 1900;
  shown.tm_mon = *month - 1;
  shown.tm_mday = *day;
  shown.tm_hour = *hour;
  shown.tm_min = *minute;
  shown.tm_sec = *seconds;
  if (text == "Z") return WallTime{::timegm(&shown), *fraction};
  if (!text.empty()) return std::nullopt;
  const std::optional<std::int64_t> local = local_second(shown);
  if (!local) return std::nullopt;
  return WallTime{*local, *fraction};
}

std::string wall_time_text(WallTime time) {
  const std::time_t seconds = time.seconds;
  tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", utc.tm_year + 1900,
                                 utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
  if (time.nanoseconds != 0) text += fmt::format(".{:09}", time.nanoseconds);
  return text + 'Z';
}

std::int64_t boot_second() {
  static const std::int64_t boot = measure_boot_second();
  return boot;
}

std::uint64_t boot_nanoseconds() {
  return static_cast<std::uint64_t>(nanoseconds_of(CLOCK_BOOTTIME));
}

}  // namespace mapctl
