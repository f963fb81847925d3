#pragma once
// Keys and values of a map as the user reads and writes them.

#include <optional>
#include <span>
#include <string>

#include "cli/entry/kernel_object.hpp"
#include "cli/naming/target.hpp"
#include "cli/options/option.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

/// A part of a value: that of one CPU, or one global variable.
struct ValuePart {
  Schema schema;  ///< the schema of of()
  std::size_t offset = 0;
  std::size_t size = 0;

  ByteView of(ByteView value) const { return value.subspan(offset, size); }
};

/// A key or a value read from the command line.
struct Encoded {
  Bytes bytes;
  std::optional<Object> object{};       ///< the object whose descriptor is in the bytes
  std::string name{};                   ///< the user's name for the object or the variable
  std::optional<ValuePart> variable{};  ///< the key is the name of a global variable
};

/// The name of a key in messages.
std::string label(const Target& target, const Encoded& key);

/// The key that a text describes, of key_size bytes. The name of a global variable stands for the
/// only key of a map of such, and for this part of the value.
Encoded key_of_text(const Target& target, std::string text);
/// Reads a key from the command line, where @FILE and - stand for contents.
Encoded encode_key(const Target& target, const std::string& argument);
std::vector<Encoded> encode_keys(const Target& target, std::span<const std::string> arguments);

/// Throws BadInput if the key is an index past the end of the map.
void check_index(const Map& map, ByteView key, std::string_view text);

/// Writes the value of a text over `value`, which holds value_bytes(): zeros, or the old value if
/// there is one. A number is refused if the map has types that the caller may not read.
void encode_value(const Schema& schema, std::string_view text, Bytes& value,
                  LeftOut left_out = LeftOut::zero);
/// Writes it over zeros. `kept` becomes the mask of the bits that a text leaves to the map, and
/// stays empty if values of this map are always written whole. With a part, the text is its value,
/// and the others are left.
void encode_whole_value(const Target& target, std::string_view text, Bytes& value, Bytes& kept,
                        const ValuePart* part = nullptr, LeftOut left_out = LeftOut::zero);
/// The value of a text; counters and variables keep their bits of the value at the key.
Bytes value_over_old(const Target& target, const Encoded& key, const std::string& text);
/// Reads whole values for a map without keys.
std::vector<Bytes> encode_values(const Target& target, std::span<const std::string> arguments);

/// How unions are printed.
enum class Unions {
  one,  ///< the member that shows all of their bytes
  all,  ///< every member
};

template <auto... Path>
constexpr Option unions() {
  return choice<Path...>("--unions", "one,all",
                         "print one member of a union, which holds all of its bytes, or all");
}

/// The schema for printing, with --unions.
Schema with_unions(Schema schema, Unions unions);

/// Writes a value, that of each CPU, or a sum of CpuSum.
void decode_value(const Schema& schema, ByteView value, Writer& writer,
                  Texts texts = Texts::to_nul);

/// Prints entries of one map as rows of an output.
class EntryPrinter {
 public:
  enum class Parts { entry, key, value };

  /// With a CPU, values are that CPU's part of per-CPU values, see choose_cpu().
  EntryPrinter(const Schema& schema, Parts parts, std::optional<unsigned> cpu = {},
               Texts texts = Texts::to_nul)
      : schema_(schema), parts_(parts), cpu_(cpu), texts_(texts) {}

  std::vector<Column> columns() const;
  void print(Output& output, ByteView key, ByteView value) const;
  /// Prints only the members, for a row that has others too.
  void print_members(Output& output, ByteView key, ByteView value) const;
  /// Prints a key that stands for an object or a variable by its name.
  void print(Output& output, const Encoded& key, ByteView value) const;

 private:
  bool prints_key(const Output& output) const;
  void print_value(Output& output, ByteView value) const;

  const Schema& schema_;
  Parts parts_;
  std::optional<unsigned> cpu_;
  Texts texts_;
};

/// Prints the value of a map of global variables as one row for each, or those that are asked for.
class VariablePrinter {
 public:
  /// The target must outlive it.
  explicit VariablePrinter(const Target& target) : target_(target) {}

  static std::vector<Column> columns() { return {{"key"}, {"value"}}; }
  void print(Output& output, const Encoded& variable, ByteView value) const;
  void print_all(Output& output, ByteView value) const;

 private:
  const Target& target_;
};

/// One CPU's part of per-CPU values. Throws Failed if the map has none or no such CPU.
ValuePart choose_cpu(const Map& map, const Schema& schema, unsigned cpu);

/// Adds the values of all CPUs.
class CpuSum {
 public:
  /// Throws Failed if the map has no per-CPU values, or if their types are unknown. The target must
  /// outlive it.
  CpuSum(const Target& target, Format format);

  /// The schema of the result of of().
  const Schema& schema() const noexcept { return schema_; }

  /// As sum_per_cpu().
  Bytes of(ByteView values) const;

 private:
  const Target& target_;
  Schema schema_;
};

/// Prints one entry as the answer of a command.
Exit print_answer(const Session& session, const EntryPrinter& printer, const Encoded& key,
                  ByteView value);

/// The failure that these keys are not in the map.
Failure absent_keys(const Map& map, const std::vector<std::string>& labels);

/// Reports the absent keys on stderr in one message. The result tells if all were there.
Exit report_absent(const Map& map, const std::vector<std::string>& labels);

}  // namespace mapctl::cli
