#pragma once
// dump --recursive.

#include "cli/entry/selection.hpp"
#include "cli/options/command.hpp"

namespace mapctl::cli {

struct DumpOptions {
  std::string map;
  Selection selection{};
  bool stats = false;      ///< tell how consistent it was
  bool sum = false;        ///< per-CPU values added up
  bool recursive = false;  ///< of the maps in a map of maps
};

/// Prints the entries of the maps in a map of maps.
Exit dump_inner(const DumpOptions& options, const Session& session);

}  // namespace mapctl::cli
