#include "cli/naming/file_access.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <memory>

#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

mode_t file_mode(const std::string& text) {
  mode_t mode = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, mode, 8);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end || mode > 0777)
    throw BadInput(fmt::format("'{}' is not a file mode", excerpt(text)),
                   {"give it in octal: 0640"});
  return mode;
}

gid_t group_id(const std::string& name) {
  // Avoids getgrnam: a static binary cannot load the libraries that it may need.
  const std::unique_ptr<FILE, int (*)(FILE*)> file{std::fopen("/etc/group", "re"), &std::fclose};
  while (const group* entry = file ? fgetgrent(file.get()) : nullptr)
    if (entry->gr_name == name) return entry->gr_gid;
  if (const auto id = whole_number(name)) return *id;
  throw Failed({"not_found",
                Exit::not_found,
                fmt::format("there is no group '{}' in /etc/group", excerpt(name)),
                {},
                {"a group can also be given by its number"}});
}

}  // namespace

FileAccess file_access(const std::string& mode, const std::string& group) {
  return {.mode = mode.empty() ? std::nullopt : std::optional{file_mode(mode)},
          .group = group.empty() ? std::nullopt : std::optional{group_id(group)}};
}

std::optional<std::string> set_access(const std::filesystem::path& file, const FileAccess& access) {
  // Follows no link, which another user could have put there.
  if (access.group && lchown(file.c_str(), static_cast<uid_t>(-1), *access.group) != 0)
    return "its group cannot be set";
  if (access.mode && fchmodat(AT_FDCWD, file.c_str(), *access.mode, AT_SYMLINK_NOFOLLOW) != 0)
    return "its mode cannot be set";
  return std::nullopt;
}

}  // namespace mapctl::cli
