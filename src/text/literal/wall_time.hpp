#pragma once
// Points in time as text, and how the kernel's clock since boot relates to them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mapctl {

struct WallTime {
  std::int64_t seconds = 0;  ///< since 1970, UTC
  std::uint32_t nanoseconds = 0;
};

/// Reads `2026-12-01T08:00Z`, also with seconds and their fraction; without the Z it is local time,
/// which must be the time of one moment: neither skipped nor repeated when the clocks change.
/// Nullopt if the text is nothing of the kind.
std::optional<WallTime> parse_wall_time(std::string_view text);

/// `2026-12-01T08:00:00Z`; the fraction of a second only if there is one.
std::string wall_time_text(WallTime time);

/// The second in which CLOCK_BOOTTIME was 0. The same during the whole call.
std::int64_t boot_second();

/// CLOCK_BOOTTIME, which bpf_ktime_get_boot_ns() reads, in nanoseconds.
std::uint64_t boot_nanoseconds();

}  // namespace mapctl
