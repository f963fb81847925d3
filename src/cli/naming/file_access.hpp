#pragma once
// Mode and group of a pin.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace mapctl::cli {

struct FileAccess {
  std::optional<mode_t> mode;
  std::optional<gid_t> group;
};

/// "0640"; the name or the number of a group. Either may be empty.
FileAccess file_access(const std::string& mode, const std::string& group);

/// Names what could not be set; nothing where all was.
std::optional<std::string> set_access(const std::filesystem::path& file, const FileAccess& access);

}  // namespace mapctl::cli
