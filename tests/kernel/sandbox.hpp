#pragma once
// Where kernel tests live: mount and network namespaces and a bpffs of their own.

#include <filesystem>

namespace mapctl::test {

/// The bpffs of this test process; gone, with all pins, when the process ends.
inline const std::filesystem::path bpffs = "/sys/fs/bpf";

/// Moves this process into namespaces of its own and mounts its bpffs. False,
/// with the reason in errno, where the caller may not.
bool enter_sandbox();

}  // namespace mapctl::test
