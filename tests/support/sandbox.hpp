#pragma once
// The environment of kernel tests: their own mount and network namespaces and bpffs.

#include <filesystem>

namespace mapctl::test {

/// The bpffs of the running test; it disappears with all pins when the test ends.
inline const std::filesystem::path bpffs = "/sys/fs/bpf";

/// Moves this process into new namespaces and mounts a new bpffs; namespaces and bpffs of an
/// earlier call disappear. Returns false, with the reason in errno, if the caller lacks the
/// permission.
bool enter_sandbox();

}  // namespace mapctl::test
