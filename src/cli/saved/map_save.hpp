#pragma once
// One map written so that it can be made again.

#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "cli/entry/walk.hpp"
#include "cli/input/saved_header.hpp"
#include "cli/saved/saved_entry.hpp"

namespace mapctl::cli {

struct SaveOptions {
  std::vector<std::string> maps;  ///< with all: the directory to save into, or nothing
  bool all = false;
  std::string file{};
  bool counters = false;  ///< save fields that are tagged as counters, too
  bool stats = false;
};

/// Where a map goes.
struct SaveTo {
  int fd = STDOUT_FILENO;
  bool is_seekable = false;  ///< what was written can be written over
};

/// A map that is about to be saved: it can be, as far as that is known before the first byte.
class MapSave {
 public:
  /// Throws Failed or Error where the map cannot be saved. The pins have to outlive it.
  MapSave(const std::string& reference, const SaveOptions& options, const Session& session,
          PinSurvey& pins);
  MapSave(const MapSave&) = delete;
  MapSave& operator=(const MapSave&) = delete;

  /// In the format of the session. After a failure a part of it may have been written.
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

/// Runs what writes to the file, whose failures are then its own. Without one, the file is there.
void write_file(const std::filesystem::path& path, const std::function<void(SaveTo)>& write);

}  // namespace mapctl::cli
