#pragma once
// Turns an errno into an Error. Every failed kernel call of this library ends here.

#include <string>
#include <vector>

#include "mapctl/error.hpp"

namespace mapctl {

/// Linux returns this for an operation that a map type lacks; no libc knows it.
inline constexpr int error_not_supported = 524;

/// True for 524, EOPNOTSUPP and ENOSYS.
bool says_unsupported(int error);

/// True for an error of this process or of the whole system, which says nothing about the object
/// that was to be opened or looked up: too many open files, no memory.
bool is_shortage(int error);

/// All parts of an Error except the attempt.
struct Explanation {
  Cause cause = Cause::other;
  std::string reason{};
  std::string why{};
  std::vector<Remedy> fix{};
};

/// "the kernel refused with ENOSPC (No space left on device)"
std::string errno_sentence(int error);

/// The explanation that is possible from an errno alone.
Explanation explain(int error);

/// "run as root"; if the caller is root without the rights of root, which root that has to be.
std::string as_root();

/// "run it as root, or with CAP_BPF"; likewise.
Remedy as_root_or_with(std::string_view capability);

/// "permission denied: WHAT needs CAPABILITY", for a missing CAP_SYS_ADMIN, CAP_BPF, ….
Explanation needs_capability(std::string_view what, std::string_view capability);

Error kernel_error(Operation operation, int error, std::string attempt, Explanation explanation,
                   MapType type = MapType::unspec);
Error kernel_error(Operation operation, int error, std::string attempt);

/// For lookups where most failures mean absence. Throws if the error is a shortage.
void throw_shortage(int error, std::string_view attempt);

}  // namespace mapctl
