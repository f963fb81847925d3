#pragma once
// Makes a map from a saved file. It is not pinned yet, so a failure leaves nothing.

#include <cstdint>
#include <optional>
#include <string>

#include "cli/bulk/entry_writer.hpp"
#include "cli/input/saved_header.hpp"
#include "cli/naming/target.hpp"

namespace mapctl::cli {

class NewMap {
 public:
  /// `header` is a line of the source. Throws Failed (exit 7) if no map can be made from it.
  NewMap(const Source& source, const std::string& header);

  /// Makes the map and writes the entries up to the next header. Wrong lines are reported and
  /// counted. An interrupt ends it. Maps that values name are first looked up by `find_map`.
  void fill(Source& source, std::optional<std::uint32_t> max_entries, const Session& session,
            FindObject find_map);
  /// Freezes the map if the saved map was frozen.
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
