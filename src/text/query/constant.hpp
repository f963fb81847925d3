#pragma once
// The constants in expressions, read as values of the fields that they are compared with.

#include <string>
#include <string_view>
#include <vector>

#include "mapctl/error.hpp"
#include "text/query/field_path.hpp"

namespace mapctl {

/// Throws BadInput in the name of the field.
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

/// The bytes that the operand's slice has where the field has this value, the rest 0.
/// Throws BadInput, naming the field, where the text does not fit.
Bytes constant_of(const Operand& operand, std::string_view text);

/// The bits of a struct or array that a constant is compared by: those that are printed, without
/// those of counters and variables that it does not name. Bytes (hex:…) are compared by all bits if
/// they set one that is not printed.
Bytes bits_that_count(const Operand& operand, std::string_view text, ByteView constant);

}  // namespace mapctl
