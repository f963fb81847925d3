#pragma once
// The entries of a file as the bytes of a map's keys and values, each checked.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/entry/kernel_object.hpp"
#include "cli/input/format.hpp"
#include "cli/input/input_options.hpp"
#include "cli/naming/target.hpp"

namespace mapctl::cli {

/// Bytes of one entry; valid until the next one is read.
struct InputEntry {
  bool erases = false;  ///< the key is to be deleted, and there is no value
  ByteView key{};
  ByteView value{};  ///< as Map::value_bytes() counts
  /// Of the value: the bits that the text leaves to what is in the map already. Empty
  /// where values of this map are always written whole.
  ByteView kept{};
  std::size_t line = 0;
};

/// Reads a file of entries for one map. Lines that are wrong are told as they come, up
/// to 20 of them, and passed over. Objects that values name stay open as long as this.
class EntryInput {
 public:
  /// The target must outlive it. Throws Failed where the file cannot be read.
  EntryInput(const Target& target, const InputOptions& options, EntryParts parts);
  /// Of one map of a saved file, behind its header, which told how many there are. The
  /// source, too, must outlive it.
  EntryInput(const Target& target, Source& source, std::optional<std::uint64_t> expected,
             FindObject find);
  ~EntryInput();

  const InputEntry* next();
  /// What ended the entries of a saved map, if not the end of the file.
  const std::optional<std::string>& next_header() const noexcept { return next_header_; }

  /// "rules.txt:17"
  std::string place(std::size_t line) const;
  const std::string& name() const { return source_->name(); }

  /// Inside a catch block: counts and tells the entry that next() gave as a wrong one, for
  /// the reason that is being handled.
  void refuse();

  /// How many entries were wrong so far, and after the last how many were not told.
  std::size_t wrong() const noexcept { return wrong_; }
  void tell_rest() const;

 private:
  void prepare(const InputOptions& options, FindObject find = {});
  /// Whether the entries end with it.
  bool take_header();
  void check_number() const;
  bool read_raw();
  void encode();
  void encode_key();
  void check_erasable() const;
  bool is_past_end() const;
  void encode_value(std::string_view text);
  void encode_bytes(std::string_view text, Bytes& value) const;

  const Target& target_;
  std::unique_ptr<Source> own_source_;
  Source* source_;
  EntryParts parts_;
  std::unique_ptr<EntryFormat> format_;
  RawEntry raw_;
  InputEntry entry_;
  Bytes key_;
  Bytes value_;
  Bytes kept_;                            ///< empty where values are always written whole
  bool is_plain_key_ = true;              ///< the codec alone knows what a key means
  std::optional<OpenObjects> objects_{};  ///< where keys or values are descriptors
  std::size_t wrong_ = 0;
  bool has_header_ = false;
  std::optional<std::uint64_t> expected_{};  ///< entries, as the header says
  std::uint64_t found_ = 0;                  ///< wrong ones, too
  std::optional<std::string> next_header_{};
};

}  // namespace mapctl::cli
