#pragma once
// Keys and values of a map as the user writes and sees them.

#include <optional>
#include <string>

#include "mapctl/map.hpp"
#include "session.hpp"

namespace mapctl::cli {

/// How the keys and values of this map are to be read and printed: by its own
/// types, unless --key-as, --value-as or --hex say otherwise. Tells the user
/// when the map has types that they may not read.
Schema schema_for(const Map& map, const Session& session);

/// The key that a text on the command line names, of key_size bytes.
Bytes encode_key(const Map& map, const Schema& schema, const std::string& argument);

/// Writes the value that a text names over `value`, which holds value_bytes():
/// zeros, or the old value where one is there. Nothing is guessed where the
/// map has types that the caller may not read.
void encode_value(const Map& map, const Schema& schema, const std::string& argument, Bytes& value);

/// Prints entries of one map as rows of an output.
class EntryPrinter {
 public:
  enum class Parts { entry, key, value };

  /// `cpu`: of per-CPU values, those of this one, as CpuChoice has them.
  EntryPrinter(const Schema& schema, Parts parts, std::optional<unsigned> cpu = {})
      : schema_(schema), parts_(parts), cpu_(cpu) {}

  std::vector<Column> columns() const;
  void print(Output& output, ByteView key, ByteView value) const;

 private:
  void print_value(Output& output, ByteView value) const;

  const Schema& schema_;
  Parts parts_;
  std::optional<unsigned> cpu_;
};

/// One CPU's part of per-CPU values, or all of a value where no CPU is chosen.
struct CpuChoice {
  Schema schema;  ///< of what of() returns
  std::size_t offset = 0;
  std::size_t size = 0;

  ByteView of(ByteView value) const { return value.subspan(offset, size); }
};

/// Throws Failed where the map has no per-CPU values or no such CPU.
CpuChoice choose_cpu(const Map& map, const Schema& schema, std::optional<unsigned> cpu);

/// Tells on stderr that a key is not in the map.
void report_absent(const Map& map, const Schema& schema, ByteView key, const Session& session);

/// The text of a key for messages.
std::string key_label(const Schema& schema, ByteView key);

}  // namespace mapctl::cli
