#include "commands.hpp"

namespace mapctl::cli {

Exit load(const LoadOptions& /*options*/, const Session& /*session*/) {
  throw usage_error("'load' is not there yet");
}

}  // namespace mapctl::cli
