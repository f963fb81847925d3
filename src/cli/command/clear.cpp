#include "commands.hpp"

namespace mapctl::cli {

Exit clear(const ClearOptions& /*options*/, const Session& /*session*/) {
  throw usage_error("'clear' is not there yet");
}

}  // namespace mapctl::cli
