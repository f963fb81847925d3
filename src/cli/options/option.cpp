#include "cli/options/option.hpp"

#include <fmt/format.h>

#include <charconv>

#include "text/literal/ascii.hpp"

namespace mapctl::cli {

std::string_view value_name(ValueKind kind) {
  switch (kind) {
    case ValueKind::flag:
      return "";
    case ValueKind::text:
    case ValueKind::choice:
      return "NAME";
    case ValueKind::number:
      return "N";
    case ValueKind::seconds:
      return "SECONDS";
    case ValueKind::map:
      return "MAP";
    case ValueKind::pin:
      return "PATH";
    case ValueKind::file:
      return "FILE";
    case ValueKind::file_or_map:
      return "FILE|MAP2";
    case ValueKind::directory:
      return "DIR";
    case ValueKind::type:
    case ValueKind::map_type:
      return "TYPE";
    case ValueKind::key:
      return "KEY";
    case ValueKind::value:
      return "VALUE";
    case ValueKind::expression:
      return "EXPRESSION";
    case ValueKind::field:
      return "FIELD";
    case ValueKind::interface:
      return "IFACE";
    case ValueKind::packet:
      return "PACKET";
    case ValueKind::group:
      return "GROUP";
  }
  return "";
}

std::string read_number(const Option& option, std::string_view text, std::uint32_t& number) {
  const auto parsed = whole_number(text);
  if (!parsed || *parsed < option.least || *parsed > option.most)
    return fmt::format("'{}' is not a number from {} to {}", text, option.least, option.most);
  number = *parsed;
  return {};
}

std::string read_seconds(std::string_view text, std::uint32_t& milliseconds) {
  constexpr double most = std::numeric_limits<std::uint32_t>::max() / 1000.0;
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc{} || stop != end || !(seconds >= 0 && seconds <= most))
    return fmt::format("'{}' is not a time in seconds, such as 10 or 0.5", text);
  milliseconds = static_cast<std::uint32_t>(seconds * 1000);
  return {};
}

std::string read_choice(const Option& option, std::string_view text, std::uint32_t& index) {
  std::string_view rest = option.choices;
  for (index = 0; !rest.empty(); ++index) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (rest.substr(0, end) == text) return {};
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return fmt::format("'{}' is none of {}", text, option.choices);
}

}  // namespace mapctl::cli
