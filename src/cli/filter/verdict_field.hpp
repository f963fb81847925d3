#pragma once
// Finds the field of a packet filter's values that decides whether packets are dropped.

#include <cstdint>
#include <optional>
#include <string_view>

#include "mapctl/text/layout.hpp"

namespace mapctl::cli {

struct VerdictField {
  const Layout* type;  ///< an enumeration with `drop`; part of the given layout
  std::uint32_t offset;
};

/// Finds the value itself or its first member that can be `drop`; nothing if there is none.
std::optional<VerdictField> find_action(const Layout& value);

bool has_word(const Layout& enumeration, std::string_view word);

}  // namespace mapctl::cli
