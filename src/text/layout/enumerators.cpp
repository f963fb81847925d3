#include "text/layout/enumerators.hpp"

#include "text/literal/ascii.hpp"
#include "text/literal/scalar.hpp"

namespace mapctl {
namespace {

template <typename Matches>
const Enumerator* find_if(const Layout& layout, Matches matches) {
  for (const Enumerator& enumerator : layout.enumerators) {
    if (matches(enumerator)) return &enumerator;
  }
  return nullptr;
}

/// What begins with a digit is a number: the short name of IPV_4 would be 4.
bool is_word(std::string_view text) {
  return !text.empty() && text[0] != '-' && !(text[0] >= '0' && text[0] <= '9');
}

bool reads_as(const Layout& layout, std::string_view name, std::uint64_t value) {
  const Enumerator* const found = find_enumerator(layout, name);
  return found && found->value == value;
}

}  // namespace

const Enumerator* find_enumerator(const Layout& layout, std::string_view name) {
  if (!is_word(name)) return nullptr;
  if (auto* found = find_if(layout, [&](const auto& e) { return e.name == name; })) return found;
  if (auto* found = find_if(layout, [&](const auto& e) { return e.short_name == name; })) {
    return found;
  }
  return find_if(layout, [&](const auto& e) {
    return equal_ignoring_case(e.short_name, name) || equal_ignoring_case(e.name, name);
  });
}

std::string_view enumerator_name(const Layout& layout, std::uint64_t value) {
  for (const Enumerator& enumerator : layout.enumerators) {
    if (enumerator.value != value) continue;
    if (reads_as(layout, enumerator.short_name, value)) return enumerator.short_name;
    if (reads_as(layout, enumerator.name, value)) return enumerator.name;
  }
  return {};
}

std::vector<std::string> enumerator_names(const Layout& layout) {
  std::vector<std::string> names;
  for (const Enumerator& enumerator : layout.enumerators) {
    names.emplace_back(enumerator_name(layout, enumerator.value));
  }
  return names;
}

}  // namespace mapctl
