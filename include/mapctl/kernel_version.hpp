#pragma once
// Versions of Linux: the first with a feature, and the one that runs here.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace mapctl {

/// "6.12". Stable releases and additions of a distribution do not change what maps can do.
struct KernelVersion {
  unsigned major = 0;
  unsigned minor = 0;

  auto operator<=>(const KernelVersion&) const = default;
};

/// "6.12"
std::string version_text(KernelVersion version);

/// The version in a release such as "6.1.0-18-cloud-amd64"; nullopt if there is none.
std::optional<KernelVersion> parse_kernel_release(std::string_view release);

/// The version that uname(2) reports. A distribution may have added newer features to it, so this
/// explains a refusal; it does not predict one.
KernelVersion running_kernel();

/// The version of the libbpf that is linked, such as "1.1".
std::string libbpf_version();

}  // namespace mapctl
