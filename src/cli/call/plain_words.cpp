// Lines of a batch that need no parser.

#include "cli/call/words.hpp"
#include "cli/options/commands.hpp"

namespace mapctl::cli {

Run plain_put(Arguments arguments) {
  if (arguments.size() != 3) return {};
  return [options = PutOptions{.map = std::move(arguments[0]),
                               .key = std::move(arguments[1]),
                               .value = std::move(arguments[2])}](const Session& session) {
    return put(options, session);
  };
}

Run plain_get(Arguments arguments) {
  if (arguments.size() < 2) return {};
  GetOptions options{.map = std::move(arguments.front())};
  options.keys.assign(std::next(arguments.begin()), arguments.end());
  return [options = std::move(options)](const Session& session) { return get(options, session); };
}

Run plain_del(Arguments arguments) {
  if (arguments.size() < 2) return {};
  DelOptions options{.map = std::move(arguments.front())};
  options.keys.assign(std::next(arguments.begin()), arguments.end());
  return [options = std::move(options)](const Session& session) { return del(options, session); };
}

}  // namespace mapctl::cli
