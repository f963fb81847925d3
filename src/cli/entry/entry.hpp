#pragma once
// Keys and values of a map as the user writes and sees them.

#include <optional>
#include <span>
#include <string>

#include "cli/entry/kernel_object.hpp"
#include "cli/naming/target.hpp"

namespace mapctl::cli {

/// A key or a value read from the command line.
struct Encoded {
  Bytes bytes;
  std::optional<Object> object{};  ///< what the bytes are a descriptor of
  std::string object_text{};       ///< what the user calls it
};

/// How messages call a key.
std::string label(const Target& target, const Encoded& key);

/// The key that a text names, of key_size bytes.
Encoded key_of_text(const Target& target, std::string text);
/// The same for one on the command line, where @FILE and - stand for others.
Encoded encode_key(const Target& target, const std::string& argument);
std::vector<Encoded> encode_keys(const Target& target, std::span<const std::string> arguments);

/// Writes the value that a text names over `value`, which holds value_bytes():
/// zeros, or the old value where one is there. Nothing is guessed where the
/// map has types that the caller may not read.
void encode_value(const Map& map, const Schema& schema, const std::string& text, Bytes& value);
/// The value at the key, or zeros where there is none.
Bytes old_value(const Target& target, const Encoded& key, Locking locking = Locking::none);
/// The value that a text names, with what it keeps of the one at the key: counters and variables.
Bytes value_over_old(const Target& target, const Encoded& key, const std::string& text,
                     Locking locking = Locking::none);
/// Whole values, of a map that has no keys.
std::vector<Bytes> encode_values(const Target& target, std::span<const std::string> arguments);

/// Prints entries of one map as rows of an output.
class EntryPrinter {
 public:
  enum class Parts { entry, key, value };

  /// With a CPU, values are that CPU's part of per-CPU ones, as CpuChoice gives it.
  EntryPrinter(const Schema& schema, Parts parts, std::optional<unsigned> cpu = {})
      : schema_(schema), parts_(parts), cpu_(cpu) {}

  std::vector<Column> columns() const;
  void print(Output& output, ByteView key, ByteView value) const;
  /// Only the members, for a row that has more than these.
  void print_members(Output& output, ByteView key, ByteView value) const;
  /// The same for a key that only its text tells: of an object.
  void print(Output& output, const Encoded& key, ByteView value) const;

 private:
  bool prints_key(const Output& output) const;
  void print_value(Output& output, ByteView value) const;

  const Schema& schema_;
  Parts parts_;
  std::optional<unsigned> cpu_;
};

/// One CPU's part of per-CPU values.
struct CpuChoice {
  Schema schema;  ///< of what of() returns
  std::size_t offset = 0;
  std::size_t size = 0;

  ByteView of(ByteView value) const { return value.subspan(offset, size); }
};

/// Throws Failed where the map has no per-CPU values or no such CPU.
CpuChoice choose_cpu(const Map& map, const Schema& schema, unsigned cpu);

/// The values of all CPUs as one.
class CpuSum {
 public:
  /// Throws Failed where the map has no per-CPU values, and where what to add cannot be
  /// known. The target must outlive it.
  explicit CpuSum(const Target& target);

  /// Of what of() returns.
  const Schema& schema() const noexcept { return schema_; }

  /// Throws Failed, naming the key, where the values cannot be added up.
  Bytes of(ByteView key, ByteView values) const;

 private:
  const Target& target_;
  Schema schema_;
};

/// Tells on stderr, in one message, which keys are not in the map. Whether all were there.
Exit report_absent(const Map& map, const std::vector<std::string>& labels);

}  // namespace mapctl::cli
