#pragma once
// Where kernel tests live: mount and network namespaces and a bpffs of their own.

#include <filesystem>

namespace mapctl::test {

/// The bpffs of the running test; gone, with all pins, when the test ends.
inline const std::filesystem::path bpffs = "/sys/fs/bpf";

/// Moves this process into namespaces of its own and mounts a new bpffs; those it
/// was in before, if they were its own, are gone. False, with the reason in errno,
/// where the caller may not.
bool enter_sandbox();

}  // namespace mapctl::test
