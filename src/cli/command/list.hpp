#pragma once
// Lists maps, for commands that do this among other things.

#include <string>

#include "cli/options/command.hpp"

namespace mapctl::cli {

struct ListOptions {
  std::string pattern{};
  std::string type{};
  bool pinned = false;  ///< only maps with a pin
  bool pids = false;    ///< also show the processes that have them open
};

Exit list(const ListOptions& options, const Session& session);

}  // namespace mapctl::cli
