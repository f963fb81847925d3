#pragma once
// The values of stack_trace maps: addresses, and what the kernel calls them.

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mapctl/bytes.hpp"
#include "mapctl/map.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl::cli {

/// The functions of the kernel by their addresses.
class KernelSymbols {
 public:
  /// Reads lines of /proc/kallsyms. Without the right to see addresses all are 0: then there are no
  /// symbols.
  explicit KernelSymbols(std::istream& lines);

  /// "do_idle+0x1c"; empty for an address that is in no function.
  std::string name_of(std::uint64_t address) const;

 private:
  /// In the order of addresses; a name is empty if it is no function's.
  std::vector<std::pair<std::uint64_t, std::string>> symbols_;
};

/// The type for printing values of such a map; nothing for any other map, and for one of build ids.
std::optional<Layout> stack_layout(const MapInfo& map);
bool is_stack(const Layout& layout);

/// One text for each frame, the innermost first: "0xffffffff81386464 do_idle+0x1c". The zeros after
/// the last frame are left out.
std::vector<std::string> frames_of(ByteView stack, const KernelSymbols& symbols);
/// With the symbols of the running kernel, as far as the caller may see them.
std::vector<std::string> frames_of(ByteView stack);

}  // namespace mapctl::cli
