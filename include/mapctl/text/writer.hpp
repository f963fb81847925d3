#pragma once
// The receiver of decoded values: one event for each part that a value is made of.

#include <cstdint>
#include <string_view>

namespace mapctl {

/// How much is written of a char array. Programs often leave the rest of a longer, older text
/// behind the NUL that ends a text.
enum class Texts {
  to_nul,  ///< the text; inside of a union as `exact`, since other members share its bytes
  exact,   ///< hex:… of all bytes if any behind the NUL is not 0
};

/// Receives values as they are decoded, without a tree in between. An output
/// format is one class behind this interface.
class Writer {
 public:
  virtual ~Writer() = default;

  virtual void integer(std::int64_t value) = 0;
  virtual void integer(std::uint64_t value) = 0;
  /// A number already in decimal: 128-bit integers, floats. Valid in JSON as it stands.
  virtual void number(std::string_view digits) = 0;
  virtual void boolean(bool value) = 0;
  /// A text of this library that never needs quotes outside JSON: addresses, enumerators, hex:….
  virtual void word(std::string_view text) = 0;
  /// A text of the user, valid UTF-8 (char arrays, names, paths); quoted if the format has to.
  virtual void string(std::string_view text) = 0;
  virtual void null() = 0;

  virtual void begin_struct() = 0;
  virtual void member(std::string_view name) = 0;  ///< before each member's value
  virtual void end_struct() = 0;

  virtual void begin_array() = 0;
  virtual void element() = 0;  ///< before each element's value
  virtual void end_array() = 0;

  /// The values of a per-CPU entry: cpu(id) before each.
  virtual void begin_cpus() = 0;
  virtual void cpu(unsigned id) = 0;
  virtual void end_cpus() = 0;
};

}  // namespace mapctl
