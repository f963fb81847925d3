#pragma once
// Network interfaces of this namespace.

#include <cstdint>
#include <string>

#include "mapctl/error.hpp"

namespace mapctl {

/// Lists the interfaces that there are.
Error no_such_interface(const std::string& interface);

/// The number of an interface of this network namespace. Throws Error
/// (not_found).
std::uint32_t interface_index(const std::string& interface);

/// The name it has now; empty where it is gone.
std::string interface_name(std::uint32_t index);

/// Whether packets may come there in several buffers: its MTU is large, or it is a veth. The other
/// end of a veth hands over up to 64 KiB that are not cut up yet, unless the XDP program takes
/// one buffer only; then everything is cut up first, and slower. True where it cannot be told.
bool has_large_packets(const std::string& interface);

}  // namespace mapctl
