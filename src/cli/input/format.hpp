#pragma once
// The input formats of entries. Each splits its text into keys and values; the codec parses those
// later.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/input/input_options.hpp"
#include "cli/input/source.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl::cli {

/// One entry as texts of the input, for encode().
struct RawEntry {
  enum class Kind {
    put,
    erase,   ///< {"op":"del","key":…}
    header,  ///< the first line of a saved map; `key` is the whole line
  };

  Kind kind = Kind::put;
  std::string_view key{};
  std::optional<std::string_view> value{};
  std::size_t line = 0;    ///< the line where it begins, from 1
  std::size_t number = 0;  ///< from 1 if a line can hold several entries, else 0
};

/// The parts of an entry that the input contains.
enum class EntryParts {
  both,
  keys,         ///< keys to delete; text after a key is ignored
  listed_keys,  ///< a list of keys alone
};

/// Reads the entries of an input one by one.
class EntryFormat {
 public:
  virtual ~EntryFormat() = default;

  /// Reads the next entry; returns false at the end. Its texts are valid until the next call.
  /// Throws BadInput for a wrong entry, with line and number set; the next call continues after it.
  virtual bool next(RawEntry& entry) = 0;
};

/// Each line is `KEY VALUE` or `KEY`; # and ; begin comments.
std::unique_ptr<EntryFormat> make_plain_input(Source& source, const Schema& schema,
                                              EntryParts parts);
/// Each line is one object.
std::unique_ptr<EntryFormat> make_jsonl_input(Source& source, const Schema& schema);
/// The input is one array of objects, as `dump -o json` and `bpftool -j map dump` print it.
std::unique_ptr<EntryFormat> make_json_input(Source& source, const Schema& schema);
/// The input is a header, and a row for each entry or for each CPU of an entry, as `dump -o csv`
/// prints it. The columns can be in any order.
std::unique_ptr<EntryFormat> make_csv_input(Source& source, const Schema& schema, EntryParts parts);

/// Returns true if the line is a header of csv.
bool is_csv_header(std::string_view line, const Schema& schema, EntryParts parts);

/// Makes the input of the given format, or of the format that the content suggests. source and
/// schema must outlive it.
std::unique_ptr<EntryFormat> make_input(Source& source, const Schema& schema, EntryParts parts,
                                        std::optional<InputFormat> format);

}  // namespace mapctl::cli
