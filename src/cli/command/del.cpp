#include <fmt/format.h>

#include "commands.hpp"
#include "entry.hpp"

namespace mapctl::cli {

Exit del(const DelOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::erase, session);
  Map& map = target->map;
  const std::vector<Encoded> keys = encode_keys(*target, options.keys);

  if (session.only_check) return Exit::done;
  std::vector<std::string> absent;
  step_by_step(keys, [&](const Encoded& key) {
    const bool removed = attempting(
        [&] { return fmt::format("delete {} from {}", label(*target, key), map.label()); },
        [&] { return map.erase(key.bytes); });
    if (!removed && !options.missing_ok) absent.push_back(label(*target, key));
  });
  return report_absent(map, absent);
}

}  // namespace mapctl::cli
