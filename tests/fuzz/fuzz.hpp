#pragma once
// What every fuzz target uses: the input in parts, and properties that must hold.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mapctl/bytes.hpp"
#include "mapctl/error.hpp"

namespace mapctl::test {

/// Tests one input. Returns normally for every input, good or bad; a broken property ends the
/// process.
using Target = void (*)(std::string_view input);

struct NamedTarget {
  std::string_view name;
  Target run;
};

/// Removes the first four bytes of the input and returns them as a number, the seed of Dice.
std::uint32_t take_seed(std::string_view& input);

/// Ends the process with a report if a property is broken.
void require(bool property, std::string_view what, std::string_view got = {},
             std::string_view expected = {});

/// A message of ours can be shown on a terminal.
void check_message(std::string_view message);

/// Calls step(); returns false if it refused its input in the way that is allowed: with BadInput.
template <typename Step>
bool accepts(Step step) {
  try {
    step();
    return true;
  } catch (const BadInput& error) {
    check_message(error.what());
    for (const Remedy& fix : error.fix()) check_message(fix.text);
    return false;
  }
}

inline ByteView bytes_of_text(std::string_view text) { return std::as_bytes(std::span{text}); }

/// A file in memory, for parsers that read a path.
class MemoryFile {
 public:
  MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile();

  /// Replaces the content; returns the path.
  const std::string& holding(std::string_view content);

 private:
  int fd_;
  std::string path_;
};

}  // namespace mapctl::test
