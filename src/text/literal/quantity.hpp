#pragma once
// Numbers with a unit as text: durations and sizes.

#include <cstdint>
#include <optional>
#include <string_view>

namespace mapctl {

/// `500ms`, `1.5h`, `1m30s`, in nanoseconds. Units are ns, us, ms, s, m, h and d. Nullopt if the
/// text is nothing of the kind, or too long for 64 bits.
std::optional<std::uint64_t> parse_duration(std::string_view text);

/// `10k`, `1.5M`, `1Gi`: k, M, G and T are powers of 1000, Ki, Mi, Gi and Ti of 1024. Nullopt if
/// the text has no such unit, is not a whole number, or too large for 64 bits.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace mapctl
