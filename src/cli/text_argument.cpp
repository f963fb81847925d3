#include "text_argument.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include "failure.hpp"

namespace mapctl::cli {

namespace {

std::string contents(std::istream& in) {
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

}  // namespace

std::string text_of_argument(const std::string& argument) {
  if (argument == "-") {
    if (std::cin.eof())
      throw usage_error("standard input can stand for one text only, and was read already");
    return contents(std::cin);
  }
  if (!argument.starts_with('@')) return argument;
  const std::string path = argument.substr(1);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text = file ? contents(file) : std::string{};
  if (!file || file.bad()) {
    const Exit exit = errno == EACCES ? Exit::permission : Exit::not_found;
    throw Failed({"file",
                  exit,
                  fmt::format("cannot read the text file '{}': {}", path, std::strerror(errno)),
                  "a text that begins with @ names a file to read",
                  {"for a text that itself begins with @, write it as a JSON string: '\"@…\"'"}});
  }
  return text;
}

}  // namespace mapctl::cli
