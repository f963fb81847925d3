#pragma once
// dump --recursive.

#include "cli/options/commands.hpp"

namespace mapctl::cli {

/// Prints the entries of the maps in a map of maps.
Exit dump_inner(const DumpOptions& options, const Session& session);

}  // namespace mapctl::cli
