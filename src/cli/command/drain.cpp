#include "commands.hpp"

namespace mapctl::cli {

Exit drain(const DrainOptions& /*options*/, const Session& /*session*/) {
  throw usage_error("'drain' is not there yet");
}

}  // namespace mapctl::cli
