#include "text/layout/enumerators.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "text/literal/ascii.hpp"
#include "text/literal/scalar.hpp"

namespace mapctl {
namespace {

std::string lower_case(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

bool can_lose(std::string_view name, std::size_t length) {
  return name.size() > length && std::isdigit(static_cast<unsigned char>(name[length])) == 0;
}

/// The length of the prefix that all names share, with the underscore that ends it.
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

/// A text that begins with a digit is a number: the short name of IPV_4 would be 4.
bool is_word(std::string_view text) {
  return !text.empty() && text[0] != '-' && !(text[0] >= '0' && text[0] <= '9');
}

bool reads_as(const Layout& layout, std::string_view name, std::uint64_t value) {
  const Enumerator* const found = find_enumerator(layout, name);
  return found && found->value == value;
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

const Enumerator* find_enumerator(const Layout& layout, std::string_view name) {
  if (!is_word(name)) return nullptr;
  const Enumerator* by_short_name = nullptr;
  const Enumerator* by_other_case = nullptr;
  for (const Enumerator& each : layout.enumerators) {
    if (each.name == name) return &each;
    if (!by_short_name && each.short_name == name) by_short_name = &each;
    if (!by_other_case &&
        (equal_ignoring_case(each.short_name, name) || equal_ignoring_case(each.name, name)))
      by_other_case = &each;
  }
  return by_short_name ? by_short_name : by_other_case;
}

std::string_view enumerator_name(const Layout& layout, std::uint64_t value) {
  for (const Enumerator& enumerator : layout.enumerators) {
    if (enumerator.value != value) continue;
    if (reads_as(layout, enumerator.short_name, value)) return enumerator.short_name;
    if (reads_as(layout, enumerator.name, value)) return enumerator.name;
  }
  return {};
}

/// The same names as those of enumerator_name(), in a time that grows with their number only.
std::vector<std::string> enumerator_names(const Layout& layout) {
  std::unordered_map<std::string_view, std::uint64_t> values;
  for (const Enumerator& each : layout.enumerators) values.try_emplace(each.name, each.value);
  for (const Enumerator& each : layout.enumerators) values.try_emplace(each.short_name, each.value);
  std::unordered_map<std::uint64_t, std::string_view> names_of;
  for (const Enumerator& each : layout.enumerators)
    for (const std::string_view name :
         {std::string_view{each.short_name}, std::string_view{each.name}})
      if (is_word(name) && values[name] == each.value) names_of.try_emplace(each.value, name);
  std::vector<std::string> names;
  for (const Enumerator& each : layout.enumerators) names.emplace_back(names_of[each.value]);
  return names;
}

}  // namespace mapctl
