#pragma once
// When an entry ends: the member with the role `end`. In memory it is a time of CLOCK_BOOTTIME, in
// seconds (4 bytes) or nanoseconds (8 bytes), and 0 means never; as text it is wall time in UTC, so
// that it means the same after a reboot.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

inline constexpr std::string_view no_end = "never";

/// Returns whether the member is the end of its entry.
bool is_end(const Member& member);
bool is_never(const Member& end, ByteView parent);

/// `2026-12-01T08:00:00Z`, or `never`.
std::string end_text(std::uint64_t end, std::uint32_t size);

/// Reads such a text. A time before the machine started is the first moment after that. Nullopt if
/// it is no time, or too late for the size.
std::optional<std::uint64_t> parse_end(std::string_view text, std::uint32_t size);

/// The end of the entries of one map.
class End {
 public:
  /// Nullopt if no member of the values says when they end. Those of unions and arrays do not.
  static std::optional<End> of(const Layout& value);

  /// 0 is never.
  std::uint64_t get(ByteView value) const;
  bool is_past(ByteView value) const;
  std::string text(ByteView value) const { return end_text(get(value), place_.size); }

  /// The end that many nanoseconds from now, never earlier. Nullopt if that is too late for the
  /// member.
  std::optional<std::uint64_t> after(std::uint64_t nanoseconds) const;
  void set(ByteSpan value, std::uint64_t end) const;
  /// All bytes of the member become this one.
  void fill(ByteSpan value, std::byte byte) const;

 private:
  explicit End(Field place) : place_(place) {}

  Field place_;
};

}  // namespace mapctl
