#include "commands.hpp"

namespace mapctl::cli {

Exit save(const SaveOptions& /*options*/, const Session& /*session*/) {
  throw usage_error("'save' is not there yet");
}

}  // namespace mapctl::cli
