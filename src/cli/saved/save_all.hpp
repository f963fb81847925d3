#pragma once
// Every pinned map, saved.

#include <filesystem>

#include "cli/saved/map_save.hpp"

namespace mapctl::cli {

/// Writes all into one file. A map that cannot be saved is left out, which is said; throws
/// Failed where nothing is left to save.
void save_all(SaveTo to, const SaveOptions& options, const Session& session);

/// The same, with a file of its own for each map.
void save_all_into(const std::filesystem::path& directory, const SaveOptions& options,
                   const Session& session);

}  // namespace mapctl::cli
