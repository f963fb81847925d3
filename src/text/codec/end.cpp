#include "text/codec/end.hpp"

#include <algorithm>
#include <limits>

#include "text/literal/bits.hpp"
#include "text/literal/wall_time.hpp"

namespace mapctl {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

/// Nanoseconds of the unit of a member of that size.
std::uint64_t unit_of(std::uint32_t size) { return size == 4 ? second : 1; }

/// Rounds up, so that nothing ends early. 0 would be never, so the first moment is 1.
std::optional<std::uint64_t> in_unit(Wide nanoseconds, std::uint32_t size) {
  const std::uint64_t unit = unit_of(size);
  const Wide end = std::max<Wide>((nanoseconds + unit - 1) / unit, 1);
  if (end >> (size * 8) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(end);
}

std::optional<Field> find_end(const Layout& layout, std::uint32_t base) {
  if (layout.kind != Kind::structure) return std::nullopt;
  for (const Member& member : layout.members) {
    const std::uint32_t offset = base + member.offset();
    if (is_end(member)) return Field{.offset = offset, .size = member.type.size};
    if (const std::optional<Field> inner = find_end(member.type, offset)) return inner;
  }
  return std::nullopt;
}

}  // namespace

bool is_end(const Member& member) {
  const Layout& type = member.type;
  return member.role == Role::end && member.bit_size == 0 && type.kind == Kind::integer &&
         !type.is_signed && (type.size == 4 || type.size == 8);
}

bool is_never(const Member& end, ByteView parent) {
  return all_zero(parent.subspan(end.offset(), end.type.size));
}

std::string end_text(std::uint64_t end, std::uint32_t size) {
  if (end == 0) return std::string{no_end};
  const std::uint64_t in_a_second = second / unit_of(size);
  return wall_time_text(
      {.seconds = boot_second() + static_cast<std::int64_t>(end / in_a_second),
       .nanoseconds = static_cast<std::uint32_t>(end % in_a_second * unit_of(size))});
}

std::optional<std::uint64_t> parse_end(std::string_view text, std::uint32_t size) {
  if (text == no_end) return 0;
  const std::optional<WallTime> time = parse_wall_time(text);
  if (!time) return std::nullopt;
  const std::int64_t seconds = std::max<std::int64_t>(time->seconds - boot_second(), 0);
  return in_unit(Wide{static_cast<std::uint64_t>(seconds)} * second + time->nanoseconds, size);
}

std::optional<End> End::of(const Layout& value) {
  const std::optional<Field> place = find_end(value, 0);
  return place ? std::optional{End(*place)} : std::nullopt;
}

std::uint64_t End::get(ByteView value) const {
  return static_cast<std::uint64_t>(load_host(value.subspan(place_.offset, place_.size)));
}

bool End::is_past(ByteView value) const {
  const std::uint64_t end = get(value);
  return end != 0 && end <= boot_nanoseconds() / unit_of(place_.size);
}

std::optional<std::uint64_t> End::after(std::uint64_t nanoseconds) const {
  return in_unit(Wide{boot_nanoseconds()} + nanoseconds, place_.size);
}

void End::set(ByteSpan value, std::uint64_t end) const {
  store_host(value.subspan(place_.offset, place_.size), end);
}

void End::fill(ByteSpan value, std::byte byte) const {
  std::ranges::fill(value.subspan(place_.offset, place_.size), byte);
}

}  // namespace mapctl
