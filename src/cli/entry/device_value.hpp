#pragma once
// Entries of device and CPU maps: the target of a redirected packet.

#include <string>
#include <utility>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// Returns true for the values of a devmap, devmap_hash or cpumap.
constexpr bool is_redirect(ValueContent kind) {
  return kind == ValueContent::interface || kind == ValueContent::cpu_queue;
}

/// Reads an entry: an interface by its name or number, or the queue size of a CPU in packets. If
/// values have room for a program, it can be added: "ifindex=eth0,bpf_prog=12". The text has the
/// program's id, as `dump` prints it; the kernel expects a descriptor, which must stay open until
/// the entry is put.
std::pair<Bytes, Fd> redirect_value(const Map& map, const std::string& text);

}  // namespace mapctl::cli
