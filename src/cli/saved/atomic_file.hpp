#pragma once
// A file that is written completely or not at all.

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// Writes a new file beside the target and renames it at the end; until then, and after a failure,
/// the old file is unchanged. A target that is not a regular file (a pipe, /dev/null, /dev/stdout)
/// is written directly. Symbolic links are followed. Failures throw Failed.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  /// Without commit(), nothing remains.
  ~AtomicFile();

  int fd() const noexcept { return fd_.get(); }
  /// Returns true if the target is written directly, so that written bytes cannot be changed.
  bool is_direct() const noexcept { return is_direct_; }

  /// Syncs the file to disk under its name, with the mode of the old file.
  void commit();

  [[noreturn]] void fail(int error) const;

 private:
  void open_directly();
  void open_beside();
  void take_over_mode();
  void give_name();
  std::string untouched() const;

  std::filesystem::path path_;         ///< the user's name for it
  std::filesystem::path target_;       ///< the path after links are followed
  std::filesystem::path temporary_{};  ///< empty: the file has no name yet
  Fd fd_{};
  bool is_direct_ = false;
  bool is_replaced_ = false;  ///< the target is replaced
};

}  // namespace mapctl::cli
