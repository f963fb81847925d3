#pragma once
// A lock that all who change the maps pinned in a directory share: flock(2) of the directory, as
// a pin itself cannot be opened for it.

#include <sys/types.h>

#include <filesystem>
#include <functional>

#include "mapctl/fd.hpp"

namespace mapctl {

/// Is asked again and again, and told the process that holds the lock, or 0 if it is unknown.
/// Returns false to give up.
using KeepWaiting = std::function<bool(pid_t holder)>;

/// Others wait while the descriptor is open. Returns an empty one if the caller gave up. Throws
/// Error if the directory cannot be opened.
Fd lock_directory(const std::filesystem::path& directory, const KeepWaiting& keep_waiting = {});

}  // namespace mapctl
