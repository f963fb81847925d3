#pragma once
// The mode and group of a pin.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace mapctl::cli {

struct FileAccess {
  std::optional<mode_t> mode;
  std::optional<gid_t> group;
};

/// Parses a mode such as "0640", and the name or number of a group. Either may be empty.
FileAccess file_access(const std::string& mode, const std::string& group);

/// Returns a text that names what could not be set; nothing on success.
std::optional<std::string> set_access(const std::filesystem::path& file, const FileAccess& access);

}  // namespace mapctl::cli
