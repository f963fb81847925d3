#pragma once
// An XDP program that somebody else has attached, and how to replace it.

#include <cstdint>
#include <optional>
#include <string>

#include "map/error/kernel_error.hpp"
#include "mapctl/fd.hpp"
#include "mapctl/filter/foreign.hpp"

namespace mapctl {

/// A program that was attached by netlink, the old way, so that it can be replaced.
struct ReplaceableProgram {
  std::string interface;
  std::uint32_t interface_index;
  ForeignProgram program;
  XdpMode mode;
  Fd fd;  ///< keeps the program, so that it can be restored
};

/// Explains why nothing can be attached there: names the program and its holder.
Explanation explain_occupied(std::uint32_t interface_index);

/// The program there; nullopt if there is none. Throws Error (exists) if a bpf_link holds it, or if
/// it cannot be opened.
std::optional<ReplaceableProgram> open_replaceable(const std::string& interface,
                                                   std::uint32_t interface_index);

/// Detaches the program if it is still the attached one; otherwise throws Error (exists).
void detach_foreign(const ReplaceableProgram& old);

/// Attaches the program again, unless another one was attached meanwhile.
void put_back(const ReplaceableProgram& old);

}  // namespace mapctl
