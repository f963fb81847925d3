#pragma once
// A part of an entry, found by its name: `key`, `value.port`, `saddr`, `value[2].n`. Its constants.

#include <string>
#include <string_view>
#include <vector>

#include "mapctl/error.hpp"
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
  std::string name{};     ///< the name that the user gave
  bool is_whole = false;  ///< true: all of the key or of the value
  Slice slice{};
  Member member{};  ///< its place in the slice; a bitfield starts in the first byte

  const Layout& type() const noexcept { return member.type; }
  bool is_bitfield() const noexcept { return member.bit_size != 0; }
};

/// Throws BadInput if there is no such field, and if both the key and the value have one.
Operand find_operand(const Schema& schema, std::string_view name);

/// Throws BadInput that names the field.
[[noreturn]] void refuse_operand(const Operand& operand, const std::string& reason,
                                 std::vector<Remedy> fix = {});

/// Calls `read`, and puts the name of the field in front of its failure.
template <typename Read>
auto naming(const Operand& operand, Read read) {
  try {
    return read();
  } catch (const BadInput& error) {
    refuse_operand(operand, error.what(), error.fix());
  }
}

/// The bytes of the operand's slice if the field has this value; all others are 0. Throws BadInput,
/// naming the field, if the text does not fit.
Bytes constant_of(const Operand& operand, std::string_view text);

/// The bits by which a struct or array is compared with a constant: the printed bits, except those
/// of counters and variables that the constant does not name. A constant of bytes (hex:…) is
/// compared by all bits if it sets one that is not printed.
Bytes bits_that_count(const Operand& operand, std::string_view text, ByteView constant);

}  // namespace mapctl
