#pragma once
// What a packet is redirected to: the entries of device and CPU maps.

#include <string>
#include <utility>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// The values of a devmap, devmap_hash or cpumap.
constexpr bool is_redirect(ValueContent kind) {
  return kind == ValueContent::interface || kind == ValueContent::cpu_queue;
}

/// Reads an entry: an interface by its name or number, or how many packets may wait for a
/// CPU; where the values have room for it, also a program: "ifindex=eth0,bpf_prog=12". In
/// text a program is what `dump` prints, its id; the kernel wants a descriptor, which must stay
/// open until the entry is put.
std::pair<Bytes, Fd> redirect_value(const Map& map, const std::string& text);

}  // namespace mapctl::cli
