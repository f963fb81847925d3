#pragma once
// Finds a part of an entry by its name: `key`, `value.port`, `saddr`, `value[2].n`.

#include <string>
#include <string_view>

#include "mapctl/text/entry_view.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

/// A range of bytes of an entry.
struct Slice {
  bool in_key = false;
  std::uint32_t offset = 0;  ///< bytes from the start of the key or value
  std::uint32_t size = 0;    ///< bytes

  ByteView operator()(EntryView entry) const {
    return (in_key ? entry.key : entry.value).subspan(offset, size);
  }
};

/// The place of a field, and its type.
struct Operand {
  std::string name;       ///< the name that the user gave
  bool is_whole = false;  ///< true: all of the key or of the value
  Slice slice{};
  Member member{};  ///< its place in the slice; a bitfield starts in the first byte

  const Layout& type() const noexcept { return member.type; }
  bool is_bitfield() const noexcept { return member.bit_size != 0; }
};

/// Throws BadInput if there is no such field, and if both the key and the value have one.
Operand find_operand(const Schema& schema, std::string_view name);

}  // namespace mapctl
