#pragma once
// An XDP program that somebody else has attached, and taking its place.

#include <cstdint>
#include <optional>
#include <string>

#include "map/error/kernel_error.hpp"
#include "mapctl/fd.hpp"
#include "mapctl/filter/foreign.hpp"

namespace mapctl {

/// One that the old way of attaching put there (netlink), so that it can be replaced.
struct ReplaceableProgram {
  ForeignProgram program;
  XdpMode mode;
  Fd fd;  ///< keeps it to be put back
};

/// Why nothing can be attached where a program runs: who it is, and who holds it.
Explanation explain_occupied(std::uint32_t interface_index);

/// The program there; nullopt where none is. Throws Error (exists) where a bpf_link
/// holds it, and where it cannot be opened.
std::optional<ReplaceableProgram> open_replaceable(const std::string& interface,
                                                   std::uint32_t interface_index);

/// Takes it away if it is still the one. Throws Error (exists).
void detach_foreign(const ReplaceableProgram& old, const std::string& interface,
                    std::uint32_t interface_index);

/// Where another one was attached meanwhile, that one stays.
void put_back(const ReplaceableProgram& old, const std::string& interface,
              std::uint32_t interface_index);

}  // namespace mapctl
