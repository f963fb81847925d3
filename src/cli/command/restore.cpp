#include "commands.hpp"

namespace mapctl::cli {

Exit restore(const RestoreOptions& /*options*/, const Session& /*session*/) {
  throw usage_error("'restore' is not there yet");
}

}  // namespace mapctl::cli
