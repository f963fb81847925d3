#include "fuzz/fuzz.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "map/error/printable.hpp"

namespace mapctl::test {

std::uint32_t take_seed(std::string_view& input) {
  std::uint32_t seed = 0;
  const std::size_t size = std::min(input.size(), sizeof seed);
  std::memcpy(&seed, input.data(), size);
  input.remove_prefix(size);
  return seed;
}

void require(bool property, std::string_view what, std::string_view got,
             std::string_view expected) {
  if (property) return;
  fmt::print(stderr, "BROKEN: {}\n  got:      '{}'\n  expected: '{}'\n", what, printable(got),
             printable(expected));
  std::abort();
}

void check_message(std::string_view message) {
  require(!message.empty(), "a refusal has a message");
  require(is_printable(message), "a message is printable", message);
}

MemoryFile::MemoryFile()
    : fd_(memfd_create("fuzz", 0)), path_(fmt::format("/proc/self/fd/{}", fd_)) {
  require(fd_ >= 0, "a file in memory can be made");
}

MemoryFile::~MemoryFile() { close(fd_); }

const std::string& MemoryFile::holding(std::string_view content) {
  const bool is_written =
      ftruncate(fd_, 0) == 0 &&
      pwrite(fd_, content.data(), content.size(), 0) == static_cast<ssize_t>(content.size());
  require(is_written, "a file in memory can be written");
  return path_;
}

}  // namespace mapctl::test
