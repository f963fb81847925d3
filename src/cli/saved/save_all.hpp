#pragma once
// Saves every pinned map.

#include <filesystem>

#include "cli/saved/map_save.hpp"

namespace mapctl::cli {

/// Writes all maps into one file. A map that cannot be saved is left out, which is reported; throws
/// Failed if none is left.
void save_all(SaveTo to, const SaveOptions& options, const Session& session);

/// Saves each map into a file of its own.
void save_all_into(const std::filesystem::path& directory, const SaveOptions& options,
                   const Session& session);

}  // namespace mapctl::cli
