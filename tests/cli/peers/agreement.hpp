#pragma once
// What bpftool says of a map and its entries, brought together with what mapctl says.

#include <nlohmann/json.hpp>
#include <string>

namespace mapctl::test {

/// What a command prints; null, and a failed test, where that is not JSON.
nlohmann::json said_by(const std::string& command);

/// What `bpftool -j map show` says of a map, in the words of `mapctl show -o json`:
/// other names of fields, flags by name, and what bpftool leaves out where it is nothing.
nlohmann::json in_mapctls_words(const nlohmann::json& bpftools_map);

/// The bytes of an entry of bpftool, or of many, as `mapctl --hex` has them. What bpftool has
/// an error for instead of a value is no entry.
nlohmann::json as_hex(const nlohmann::json& bpftools);

/// A key, a value or an entry of mapctl as bpftool formats it. `bpftools` tells, by its form
/// alone, what ours has to become:
///   a number where ours is a text    the IPv4 address or pointer, as an integer of this machine
///   numbers where ours is a text     the bytes of an IPv6 or MAC address, or of hex:…
///   prefixlen and addr               ours is CIDR
///   a text                           the enumerator whose short name ours is
///   a "0x…"                          the number
/// and a member be16, be32 or be64 has its bytes swapped.
nlohmann::json in_bpftools_words(const nlohmann::json& ours, const nlohmann::json& bpftools,
                                 const std::string& member = "");

/// Entries in an order that both tools agree on.
nlohmann::json sorted(nlohmann::json entries);

}  // namespace mapctl::test
