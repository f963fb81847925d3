#pragma once
// A directory with a file for each saved map.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/output/output.hpp"
#include "cli/saved/atomic_file.hpp"

namespace mapctl::cli {

/// Files that were written appear together: to wait for the disk takes as long for many files as
/// for one.
class SavedDirectory {
 public:
  SavedDirectory(std::filesystem::path directory, Format format);

  /// Writes the file for a pin; it appears later. Throws Failed.
  void write(const std::string& pin, const std::function<void(SaveTo)>& write_map);

  /// Returns true if the files written so far should appear, because each needs a descriptor.
  bool is_full() const noexcept { return files_.size() >= most_open_; }

  /// Lets them appear: attempt(pin, step) has to call step, which throws Failed.
  template <typename Attempt>
  void show(Attempt attempt) {
    sync();
    for (const auto& [pin, file] : files_) attempt(pin, [&f = *file] { f.appear(); });
    sync();
    files_.clear();
  }

 private:
  struct File {
    std::string pin;
    std::unique_ptr<AtomicFile> file;
  };

  std::filesystem::path file_of(const std::filesystem::path& pin);
  void sync() const;

  const std::filesystem::path directory_;
  const Format format_;
  const std::size_t most_open_;
  std::set<std::filesystem::path> taken_;
  std::vector<File> files_;
};

}  // namespace mapctl::cli
