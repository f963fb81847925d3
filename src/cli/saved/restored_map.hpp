#pragma once
// A map made again from a saved file. It has no pin yet: if anything fails, it was never there.

#include <cstdint>
#include <optional>
#include <string>

#include "cli/bulk/entry_writer.hpp"
#include "cli/input/saved_header.hpp"
#include "cli/naming/target.hpp"

namespace mapctl::cli {

class NewMap {
 public:
  /// `header` is a line of the source. Throws Failed (exit 7) where it makes no map.
  NewMap(const Source& source, const std::string& header);

  /// Makes it and writes the entries up to the next header. Lines that are wrong are told and
  /// counted. An interrupt ends it. Maps that its values name are looked for by `find_map` first.
  void fill(Source& source, std::optional<std::uint32_t> max_entries, const Session& session,
            FindObject find_map);
  /// As the map was that was saved.
  void freeze_if_saved_so();

  const Map& map() const noexcept { return target_->map; }
  const SavedMap& saved() const noexcept { return header_.map; }
  std::uint64_t entries() const noexcept { return entries_; }
  std::size_t wrong() const noexcept { return wrong_; }
  const std::optional<std::string>& next_header() const noexcept { return next_header_; }

 private:
  void make(std::optional<std::uint32_t> max_entries);
  void write(EntryBlock& block, EntryWriter& writer);

  SavedHeader header_;
  std::shared_ptr<Target> target_;
  std::uint64_t entries_ = 0;
  std::size_t wrong_ = 0;
  std::optional<std::string> next_header_{};
};

}  // namespace mapctl::cli
