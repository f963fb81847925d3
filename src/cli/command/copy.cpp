#include "commands.hpp"

namespace mapctl::cli {

Exit copy(const CopyOptions& /*options*/, const Session& /*session*/) {
  throw usage_error("'copy' is not there yet");
}

}  // namespace mapctl::cli
