#pragma once
// sync --follow: keeps a map equal to a source until it is stopped.

#include "cli/follow/feed.hpp"

namespace mapctl::cli {

/// Returns when it is stopped, which leaves the map as it is. Throws Failed for what waiting cannot
/// mend.
Exit follow(Target& target, const SyncPlan& plan, const FollowOptions& options,
            const Session& session);

}  // namespace mapctl::cli
