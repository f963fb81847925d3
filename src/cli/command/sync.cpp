#include "commands.hpp"

namespace mapctl::cli {

Exit sync(const SyncOptions& /*options*/, const Session& /*session*/) {
  throw usage_error("'sync' is not there yet");
}

}  // namespace mapctl::cli
