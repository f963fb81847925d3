// json and jsonl.

#include "cli/output/json_output.hpp"

namespace mapctl::cli {

std::unique_ptr<Output> make_json(Stream& stream, bool lines) {
  return std::make_unique<JsonOutput>(stream, lines);
}

}  // namespace mapctl::cli
