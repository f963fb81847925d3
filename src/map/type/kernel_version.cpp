#include "mapctl/kernel_version.hpp"

#include <sys/utsname.h>

#include <charconv>

#include <fmt/format.h>

namespace mapctl {
namespace {

/// Removes a number from the front of the text and returns it.
std::optional<unsigned> take_number(std::string_view& text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::string version_text(KernelVersion version) {
  return fmt::format("{}.{}", version.major, version.minor);
}

std::optional<KernelVersion> parse_kernel_release(std::string_view release) {
  const auto major = take_number(release);
  if (!major || !release.starts_with('.')) return std::nullopt;
  release.remove_prefix(1);
  const auto minor = take_number(release);
  if (!minor) return std::nullopt;
  return KernelVersion{*major, *minor};
}

KernelVersion running_kernel() {
  utsname names{};
  if (::uname(&names) != 0) return {};
  return parse_kernel_release(names.release).value_or(KernelVersion{});
}

}  // namespace mapctl
