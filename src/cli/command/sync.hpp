#pragma once
// sync, for commands that do this among other things.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/input/input_options.hpp"
#include "cli/options/command.hpp"

namespace mapctl::cli {

struct SyncOptions {
  std::string map;
  InputOptions input;
  bool prune = false;        ///< delete what is not in the file
  std::string max_delete{};  ///< N or P%
  bool counters = false;     ///< compare and write them, too
  bool dry_run = false;
  // For commands that do this among other things:
  std::vector<std::pair<std::string, std::string>> fixed{};  ///< go before those of the file
  std::function<void()> before_writing{};
  bool is_read = true;  ///< by programs, which the order of writing is for
  bool reports = true;
};

Exit sync(const SyncOptions& options, const Session& session);

}  // namespace mapctl::cli
