#include "text/layout/enum_names.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace mapctl {

namespace {

std::string lower_case(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

bool can_lose(std::string_view name, std::size_t length) {
  return name.size() > length && std::isdigit(static_cast<unsigned char>(name[length])) == 0;
}

/// Length of what all names share, up to and with an underscore.
std::size_t shared_prefix(const std::vector<Enumerator>& enumerators) {
  std::string_view shared = enumerators.front().name;
  for (const Enumerator& each : enumerators) {
    const auto differs = std::ranges::mismatch(shared, each.name);
    shared = shared.substr(0, static_cast<std::size_t>(differs.in1 - shared.begin()));
  }
  const std::size_t underscore = shared.rfind('_');
  return underscore == std::string_view::npos ? 0 : underscore + 1;
}

std::size_t own_prefix(const Enumerator& only, std::string_view enum_name) {
  const std::string prefix = lower_case(enum_name) + "_";
  return enum_name.empty() || !lower_case(only.name).starts_with(prefix) ? 0 : prefix.size();
}

}  // namespace

void set_short_names(std::vector<Enumerator>& enumerators, std::string_view enum_name) {
  if (enumerators.empty()) return;
  std::size_t length = enumerators.size() == 1 ? own_prefix(enumerators.front(), enum_name)
                                               : shared_prefix(enumerators);
  if (!std::ranges::all_of(enumerators,
                           [&](const Enumerator& each) { return can_lose(each.name, length); }))
    length = 0;
  for (Enumerator& each : enumerators)
    each.short_name = lower_case(std::string_view{each.name}.substr(length));
}

}  // namespace mapctl
