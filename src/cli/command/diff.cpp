#include "commands.hpp"

namespace mapctl::cli {

Exit diff(const DiffOptions& /*options*/, const Session& /*session*/) {
  throw usage_error("'diff' is not there yet");
}

}  // namespace mapctl::cli
