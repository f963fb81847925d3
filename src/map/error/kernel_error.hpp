#pragma once
// From an errno to a sentence: what every failed kernel call of this library ends in.

#include <string>
#include <vector>

#include "mapctl/error.hpp"

namespace mapctl {

/// Linux says this for an operation that a map type lacks; no libc knows it.
inline constexpr int error_not_supported = 524;

/// 524, EOPNOTSUPP and ENOSYS.
bool says_unsupported(int error);

/// Everything of an Error but the attempt.
struct Explanation {
  Cause cause = Cause::other;
  std::string reason{};
  std::string why{};
  std::vector<std::string> fix{};
};

/// "the kernel refused with ENOSPC (No space left on device)"
std::string errno_sentence(int error);

/// What can be said of an errno alone.
Explanation explain(int error);

/// Where CAP_SYS_ADMIN, CAP_BPF, … is missing: what needs it, which.
Explanation needs_capability(std::string_view what, std::string_view capability);

Error kernel_error(Operation operation, int error, std::string attempt, Explanation explanation,
                   MapType type = MapType::unspec);
Error kernel_error(Operation operation, int error, std::string attempt);

}  // namespace mapctl
