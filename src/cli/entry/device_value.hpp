#pragma once
// What a packet is redirected to: the entries of device and CPU maps.

#include <string>

#include "cli/entry/kernel_object.hpp"
#include "mapctl/map.hpp"

namespace mapctl::cli {

/// A devmap, devmap_hash or cpumap.
bool is_redirect(MapType type);

/// Reads an entry: an interface by its name or number, or how many packets may wait for a
/// CPU; where the values have room for it, also a program: "ifindex=eth0,bpf_prog=12". In
/// text a program is what `dump` prints, its id; the kernel wants a descriptor.
Object redirect_value(const Map& map, const std::string& text);

}  // namespace mapctl::cli
