#pragma once
// Writes a file completely or not at all.

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// The output file of a save.
struct SaveTo {
  int fd = STDOUT_FILENO;
  bool is_seekable = false;  ///< written bytes can be overwritten
};

/// A new file beside a path, which it replaces once it is complete; until then, and after a
/// failure, the old file is unchanged. If the path is a pipe, a device or an open descriptor
/// (/dev/stdout), it is written directly. Symbolic links are followed if they belong to the caller
/// or to root; the mode and group of an old file are kept on the same condition. Failures throw
/// Failed.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  /// Before appear(), nothing remains.
  ~AtomicFile();

  /// Failures of `write` to write throw Failed, too.
  void write(const std::function<void(SaveTo)>& write);
  /// Replaces the old file. Call sync() before it, so that a crash leaves one of the two, and
  /// sync_name() after it.
  void appear();

  void sync() const;
  void sync_name() const;
  /// Does the work of both for all files of the filesystem.
  void sync_filesystem() const;
  dev_t filesystem() const;

 private:
  void keep_mode() const;
  void open(const std::filesystem::path& path, int flags);
  void open_beside();
  std::filesystem::path new_name() const;
  void give_name();
  [[noreturn]] void fail(int error) const;

  const std::filesystem::path path_;    ///< the user's name for it
  const std::filesystem::path target_;  ///< the path after links are followed
  std::filesystem::path temporary_{};   ///< empty: the file has no name yet
  std::optional<struct stat> old_{};    ///< the file whose mode and group are kept
  Fd fd_{};
  bool is_direct_ = false;
  std::string state_ = "what was there before is untouched";
};

/// Writes one such file, and syncs it to disk.
void write_file(const std::filesystem::path& path, const std::function<void(SaveTo)>& write);

}  // namespace mapctl::cli
