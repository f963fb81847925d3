#pragma once
// What part of a packet filter's values says whether packets are dropped.

#include <cstdint>
#include <optional>
#include <string_view>

#include "mapctl/text/layout.hpp"

namespace mapctl::cli {

struct VerdictField {
  const Layout* type;  ///< an enumeration with `drop`, part of the layout that was asked about
  std::uint32_t offset;
};

/// The value itself, or the first of its members that can say `drop`; nothing where none can.
std::optional<VerdictField> find_action(const Layout& value);

bool has_word(const Layout& enumeration, std::string_view word);

}  // namespace mapctl::cli
