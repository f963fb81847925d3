#pragma once
// Prints the entries of inner maps: dump --recursive.

#include "cli/entry/selection.hpp"
#include "cli/options/command.hpp"

namespace mapctl::cli {

struct DumpOptions {
  std::string map;
  Selection selection{};
  bool stats = false;      ///< report how consistent the dump is
  bool sum = false;        ///< print the sum of per-CPU values
  bool recursive = false;  ///< print the entries of inner maps
};

/// Prints the entries of the maps in a map of maps.
Exit dump_inner(const DumpOptions& options, const Session& session);

}  // namespace mapctl::cli
