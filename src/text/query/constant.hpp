#pragma once
// The constants in expressions, read as values of the fields that they are compared with.

#include <string>
#include <string_view>
#include <vector>

#include "mapctl/error.hpp"
#include "text/query/field_path.hpp"

namespace mapctl {

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
