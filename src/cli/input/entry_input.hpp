#pragma once
// Reads the entries of a file as checked bytes of a map's keys and values.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/entry/entry.hpp"
#include "cli/entry/lifetime.hpp"
#include "cli/input/format.hpp"
#include "cli/input/input_options.hpp"
#include "cli/naming/target.hpp"

namespace mapctl::cli {

/// The bytes of one entry; valid until the next one is read.
struct InputEntry {
  bool erases = false;  ///< the key is to be deleted; there is no value
  ByteView key{};
  ByteView value{};  ///< of the size Map::value_bytes()
  /// A mask of the value: bits that the text does not set and that keep the map's content. Empty if
  /// values of this map are always written whole.
  ByteView kept{};
  std::size_t line = 0;          ///< counted on from file to file of a directory
  std::size_t lines_before = 0;  ///< of its file: an entry of a later file replaces an earlier one
};

/// Reads a file of entries, or those of a directory in the order of their names, for one map. Wrong
/// lines are reported as they come, up to 20 of them, and skipped. Entries whose end is past are
/// left out, and a note counts them. Objects that values name stay open as long as this object
/// lives.
class EntryInput {
 public:
  /// The target must outlive it. Throws Failed if the file cannot be read.
  EntryInput(const Target& target, const InputOptions& options, EntryParts parts);
  /// Reads one map of a saved file, after its header, which has the expected number of entries. The
  /// target and the source must outlive it.
  EntryInput(const Target& target, Source& source, std::optional<std::uint64_t> expected,
             FindObject find);
  ~EntryInput();

  const InputEntry* next();
  /// The header that ended the entries of a saved map; nothing at the end of the file.
  const std::optional<std::string>& next_header() const noexcept { return next_header_; }

  /// Returns a place such as "rules.txt:17".
  std::string place(std::size_t line) const;
  const std::string& name() const { return name_; }

  /// To be called in a catch block: counts the last entry from next() as wrong, and reports it with
  /// the exception being handled.
  void refuse();

  /// wrong() counts the wrong entries so far; tell_rest() reports how many were not shown.
  std::size_t wrong() const noexcept { return wrong_; }
  void tell_rest() const;

 private:
  /// A file that was begun, and how many lines were read before it.
  struct File {
    std::string name;
    std::size_t lines_before;
  };

  void prepare(FindObject find = {});
  /// Returns false if there is no other file.
  bool open_next();
  void begin_source();
  /// Returns true if the entries end with this header.
  bool take_header();
  void check_number() const;
  bool has_ended() const { return !entry_.erases && end_ && end_->is_past(value_); }
  bool read_raw();
  void refuse_text();
  /// Returns true if the next wrong entry is reported.
  bool tells() const;
  void encode();
  bool is_in_part() const;
  void encode_plain_key();
  void encode_key();
  void encode_value(std::string_view text);

  const Target& target_;
  InputOptions options_;
  std::string name_;
  std::vector<std::string> paths_{};  ///< of files to read, the next one last
  std::vector<File> files_{};
  std::unique_ptr<Source> own_source_{};
  Source* source_ = nullptr;
  EntryParts parts_;
  std::unique_ptr<EntryFormat> format_;
  RawEntry raw_;
  InputEntry entry_;
  Bytes key_;
  Bytes value_;
  Bytes kept_;                            ///< empty if values are always written whole
  std::optional<ValuePart> variable_{};   ///< of the key, if it is the name of one
  std::optional<End> end_{};              ///< if entries have one
  std::optional<Lifetime> lifetime_{};    ///< of --ttl
  std::uint64_t ended_ = 0;               ///< entries left out because their end is past
  bool is_plain_key_ = true;              ///< the codec alone encodes keys
  std::optional<OpenObjects> objects_{};  ///< set if keys or values are descriptors
  std::size_t wrong_ = 0;
  std::size_t lines_before_ = 0;
  bool has_header_ = false;
  std::optional<std::uint64_t> expected_{};  ///< the number of entries in the header
  std::uint64_t found_ = 0;                  ///< includes wrong entries
  std::optional<std::string> next_header_{};
};

}  // namespace mapctl::cli
