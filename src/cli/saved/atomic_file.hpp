#pragma once
// Writes a file completely or not at all.

#include <unistd.h>

#include <filesystem>
#include <functional>

namespace mapctl::cli {

/// The output file of a save.
struct SaveTo {
  int fd = STDOUT_FILENO;
  bool is_seekable = false;  ///< written bytes can be overwritten
};

/// Lets `write` write a new file beside the path, syncs it to disk and renames it; until then, and
/// after a failure, the old file is unchanged. If the path is a pipe, a device or an open
/// descriptor (/dev/stdout), it is written directly. Symbolic links are followed if they belong to
/// the caller or to root; the mode and group of an old file are kept on the same condition.
/// Failures, also those of `write`, throw Failed.
void write_file(const std::filesystem::path& path, const std::function<void(SaveTo)>& write);

}  // namespace mapctl::cli
