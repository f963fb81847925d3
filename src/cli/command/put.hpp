#pragma once
// put, for commands that do this among other things.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cli/options/command.hpp"
#include "mapctl/map.hpp"

namespace mapctl::cli {

struct PutOptions {
  std::string map;
  std::string key;
  std::string value;
  Update update = Update::any;
  Locking locking = Locking::none;
  bool reset = false;  ///< counters start at 0 again
  std::optional<unsigned> cpu{};
  std::function<void()> before_writing{};  ///< for commands that do this among other things
};

Exit put(const PutOptions& options, const Session& session);

}  // namespace mapctl::cli
