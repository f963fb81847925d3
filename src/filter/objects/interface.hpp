#pragma once
// Network interfaces of this namespace.

#include <cstdint>
#include <string>
#include <vector>

#include "mapctl/error.hpp"

namespace mapctl {

struct Interface {
  std::uint32_t index;
  std::string name;
};

std::vector<Interface> interfaces();

/// An Error that lists the interfaces that exist.
Error no_such_interface(const std::string& interface);

/// The number of an interface of this network namespace. Throws Error (not_found).
std::uint32_t interface_index(const std::string& interface);

/// Its present name; empty if the interface is gone.
std::string interface_name(std::uint32_t index);

struct Device {
  int mtu = 0;           ///< 0: unknown
  std::string driver{};  ///< "veth"; empty for none
};

/// What drives an interface of this namespace.
Device device_of(const std::string& interface);

/// Returns whether packets may have several buffers there: the MTU is large, or it is a veth. The
/// other end of a veth sends up to 64 KiB unsegmented, unless the XDP program takes one buffer
/// only; then packets are segmented first, which is slower. True if it is unknown.
bool has_large_packets(const std::string& interface);

}  // namespace mapctl
