#pragma once
// Converts bpftool's output about a map and its entries to a form comparable with mapctl's.

#include <nlohmann/json.hpp>
#include <string>

namespace mapctl::test {

/// The output of a command; if it is not JSON, the test fails and this is null.
nlohmann::json said_by(const std::string& command);

/// Converts the output of `bpftool -j map show` to that of `mapctl show -o json`: renames fields,
/// names flags, and adds fields that bpftool omits if they are empty.
nlohmann::json in_mapctls_words(const nlohmann::json& bpftools_map);

/// The bytes of one or many entries of bpftool, in the form of `mapctl --hex`. An entry for which
/// bpftool prints an error instead of a value is skipped.
nlohmann::json as_hex(const nlohmann::json& bpftools);

/// A key, a value or an entry of mapctl as bpftool formats it. The form of
/// `bpftools` decides what ours has to become:
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
