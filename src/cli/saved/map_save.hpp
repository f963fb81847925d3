#pragma once
// Writes a map so that it can be made again.

#include <memory>
#include <string>

#include "cli/entry/walk.hpp"
#include "cli/input/saved_header.hpp"
#include "cli/saved/atomic_file.hpp"
#include "cli/saved/saved_entry.hpp"

namespace mapctl::cli {

struct SaveOptions {
  std::vector<std::string> maps;  ///< with `all`: at most a folder to save into
  bool all = false;
  std::string file{};
  bool counters = false;  ///< also save fields that are tagged as counters
  bool stats = false;
};

/// A map to save; everything that can be checked before the first byte is checked.
class MapSave {
 public:
  /// Throws Failed or Error if the map cannot be saved. The pins have to outlive it.
  MapSave(const std::string& reference, const SaveOptions& options, const Session& session,
          PinSurvey& pins);
  MapSave(const MapSave&) = delete;
  MapSave& operator=(const MapSave&) = delete;

  /// Writes in the format of the session. After a failure, a part may have been written.
  void write(SaveTo to);

 private:
  SavedHeader header() const;
  std::shared_ptr<const SavedMap> inner() const;
  Schema shown_schema() const;
  WalkStats write_entries(Output& output, Progress& progress) const;

  const SaveOptions& options_;
  Session session_;
  PinSurvey& pins_;
  const std::shared_ptr<const Target> target_;
  SavedHeader header_;
  const Schema shown_;
  const SavedEntries entries_;
};

}  // namespace mapctl::cli
