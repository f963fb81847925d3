#pragma once
// A file that is there as a whole or not at all.

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// Writes beside a file and takes its place at the end; until then, and after a
/// failure, the old file is untouched. What is no regular file (a pipe, /dev/null,
/// /dev/stdout) is written directly. A symbolic link is followed. Failures throw Failed.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  /// Without commit() nothing is left.
  ~AtomicFile();

  int fd() const noexcept { return fd_.get(); }
  /// Written directly: nothing that was written can be changed any more.
  bool is_direct() const noexcept { return is_direct_; }

  /// On disk, under its name. With the mode of the file that was there.
  void commit();

  [[noreturn]] void fail(int error) const;

 private:
  void open_directly();
  void open_beside();
  void take_over_mode();
  void give_name();
  std::string untouched() const;

  std::filesystem::path path_;         ///< as the user calls it
  std::filesystem::path target_;       ///< where links lead
  std::filesystem::path temporary_{};  ///< empty: it has no name yet
  Fd fd_{};
  bool is_direct_ = false;
  bool is_replaced_ = false;  ///< the new file has its name
};

}  // namespace mapctl::cli
