#include "mapctl/kernel_version.hpp"

#include <bpf/libbpf.h>
#include <sys/utsname.h>

#include <charconv>

#include <fmt/format.h>

namespace mapctl {

std::string version_text(KernelVersion version) {
  return fmt::format("{}.{}", version.major, version.minor);
}

std::optional<KernelVersion> parse_kernel_release(std::string_view release) {
  KernelVersion version;
  const char* const end = release.data() + release.size();
  const auto [dot, error] = std::from_chars(release.data(), end, version.major);
  if (error != std::errc{} || dot == end || *dot != '.') return std::nullopt;
  if (std::from_chars(dot + 1, end, version.minor).ec != std::errc{}) return std::nullopt;
  return version;
}

KernelVersion running_kernel() {
  utsname names{};
  if (::uname(&names) != 0) return {};
  return parse_kernel_release(names.release).value_or(KernelVersion{});
}

std::string libbpf_version() {
  return fmt::format("{}.{}", ::libbpf_major_version(), ::libbpf_minor_version());
}

}  // namespace mapctl
