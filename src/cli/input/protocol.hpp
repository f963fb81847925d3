#pragma once
// Lines of a source that goes on: snapshots and changes of them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mapctl::cli {

/// One line. `op` is begin, put, del, end, commit or alive; only put and del have a key.
struct ProtocolLine {
  std::string_view op;
  std::optional<std::string> key{};    ///< as JSON
  std::optional<std::string> value{};  ///< as JSON
  std::optional<std::uint64_t> entries{};
  std::optional<std::string> revision{};
};

/// Reads an object of JSON; an entry without "op" is put. Throws BadInput.
ProtocolLine read_protocol_line(std::string_view line);

}  // namespace mapctl::cli
