#pragma once
// The formats that entries come in. Each cuts its text into keys and values, which
// the codec reads later on.

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

/// One entry as the input says it, in texts that encode() reads.
struct RawEntry {
  enum class Kind {
    put,
    erase,   ///< {"op":"del","key":…}
    header,  ///< the first line of a saved map: `key` is all of it
  };

  Kind kind = Kind::put;
  std::string_view key{};
  std::optional<std::string_view> value{};
  std::size_t line = 0;    ///< where it begins, from 1
  std::size_t number = 0;  ///< from 1, where a line may hold several; else 0
};

/// Which parts of an entry the input has.
enum class EntryParts {
  both,
  keys,         ///< to be deleted: what stands behind a key does not matter
  listed_keys,  ///< a list: nothing but keys
};

/// The entries of an input, one after the other.
class EntryFormat {
 public:
  virtual ~EntryFormat() = default;

  /// The next entry; false at the end. Its texts are valid until the next call.
  /// Throws BadInput for what is none, with line and number set; the call after that
  /// goes on behind it.
  virtual bool next(RawEntry& entry) = 0;
};

/// `KEY VALUE` or `KEY` on each line; # and ; begin comments.
std::unique_ptr<EntryFormat> make_plain_input(Source& source, const Schema& schema,
                                              EntryParts parts);
/// One object on each line.
std::unique_ptr<EntryFormat> make_jsonl_input(Source& source, const Schema& schema);
/// One array of objects, as `dump -o json` and `bpftool -j map dump` print it.
std::unique_ptr<EntryFormat> make_json_input(Source& source, const Schema& schema);
/// A header and a row for each entry, or for each CPU of an entry, as `dump -o csv`
/// prints it. The columns may stand in any order.
std::unique_ptr<EntryFormat> make_csv_input(Source& source, const Schema& schema, EntryParts parts);

/// Whether a line is the header of such a table.
bool is_csv_header(std::string_view line, const Schema& schema, EntryParts parts);

/// The input in that format, or without one in the format it looks like. source and schema must
/// outlive it.
std::unique_ptr<EntryFormat> make_input(Source& source, const Schema& schema, EntryParts parts,
                                        std::optional<InputFormat> format);

}  // namespace mapctl::cli
