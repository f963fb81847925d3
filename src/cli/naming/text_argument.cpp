#include "cli/naming/text_argument.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "cli/session/failure.hpp"
#include "mapctl/fd.hpp"

namespace mapctl::cli {

namespace {

/// A longer text of a key or value can only be a mistake.
constexpr std::size_t longest_text = std::size_t{16} * 1024 * 1024;

std::string contents(int fd, const std::string& what, const std::vector<std::string>& fix) {
  std::string text;
  constexpr std::size_t block = 64 * 1024;
  for (;;) {
    const std::size_t size = text.size();
    text.resize(size + block);
    const ssize_t count = read(fd, text.data() + size, block);
    if (count < 0 && errno != EINTR) cannot_read(what, errno, fix);
    text.resize(size + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count == 0) break;
    if (text.size() > longest_text)
      throw BadInput(fmt::format("{} is too long: over {} MiB", what, longest_text / 1024 / 1024));
  }
  return text;
}

std::string without_newline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

std::string standard_input() {
  take_standard_input();
  return contents(STDIN_FILENO, "standard input", {"'-' reads it; to mean a dash, write '\"-\"'"});
}

Fd open_file(const std::string& path, const std::string& what,
             const std::vector<std::string>& fix = {}) {
  Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) cannot_read(what, errno, fix);
  return file;
}

constexpr std::pair<int, const char*> reasons[] = {
    {ENOENT, "there is no such file"},       {EACCES, "you may not read it"},
    {EISDIR, "it is a directory"},           {ENOTDIR, "a part of its path is no directory"},
    {ELOOP, "its links lead to each other"}, {ENAMETOOLONG, "its name is too long"},
};

std::string reason(int error) {
  const auto* const found = std::ranges::find(reasons, error, &std::pair<int, const char*>::first);
  return found != std::end(reasons) ? found->second
                                    : fmt::format("the system says: {}", std::strerror(error));
}

}  // namespace

void cannot_read(const std::string& what, int error, std::vector<std::string> fix) {
  const Exit exit = error == EACCES ? Exit::permission : Exit::not_found;
  throw Failed(
      {"file", exit, fmt::format("cannot read {}: {}", what, reason(error)), {}, std::move(fix)});
}

void take_standard_input() {
  static bool is_taken = false;
  if (is_taken)
    throw usage_error("standard input can stand for one text only, and was read already",
                      {"name a file for the other: @FILE"});
  is_taken = true;
}

Fd open_input(const std::string& path) { return open_file(path, fmt::format("'{}'", path)); }

std::string text_of_argument(const std::string& argument) {
  if (argument == "-") return without_newline(standard_input());
  if (!argument.starts_with('@')) return argument;
  const std::string path = argument.substr(1);
  const std::string what = fmt::format("the text file '{}'", path);
  const std::vector<std::string> fix{
      "@ names a file to read; a text that begins with @ is written '\"@…\"'"};
  return without_newline(contents(open_file(path, what, fix).get(), what, fix));
}

}  // namespace mapctl::cli
