#include "cli/filter/verdict_field.hpp"

#include <algorithm>

namespace mapctl::cli {

bool has_word(const Layout& enumeration, std::string_view word) {
  return enumeration.kind == Kind::enumeration &&
         std::ranges::find(enumeration.enumerators, word, &Enumerator::short_name) !=
             enumeration.enumerators.end();
}

std::optional<VerdictField> find_action(const Layout& value) {
  if (has_word(value, "drop")) return VerdictField{&value, 0};
  for (const Member& member : value.members)
    if (member.bit_size == 0 && has_word(member.type, "drop"))
      return VerdictField{&member.type, member.offset()};
  return std::nullopt;
}

}  // namespace mapctl::cli
