#include "cli/session/advice.hpp"

#include <fmt/format.h>

#include <iterator>

namespace mapctl::cli {

namespace {

constexpr const char* rebuild =
    "mapctl save {0} -f f.jsonl && mapctl restore bigger -f f.jsonl --max-entries {1}";

/// The command or option for each action; {0} and {1} are the objects of the remedy.
constexpr const char* commands[] = {
    "",                                     // none
    "",                                     // gain_capability
    "mapctl list",                          // list_maps
    rebuild,                                // enlarge_map
    "mapctl peek {0}",                      // peek_value
    "mapctl pop {0}",                       // pop_value
    "--force",                              // push_by_force
    "mapctl events {0}",                    // read_events
    "--sum",                                // sum_cpus
    "mapctl pin {0} {1}",                   // pin_map
    "mapctl unpin {0}",                     // unpin
    "mapctl filter load IFACE",             // load_filter
    "mapctl filter unload {0} --name {1}",  // unload_filter
    "mapctl filter unload IFACE --purge",   // purge_filter
    "--replace",                            // replace_program
};
static_assert(std::size(commands) == static_cast<std::size_t>(Remedy::replace_program) + 1);

std::string sentence(const Remedy& remedy) {
  const std::string_view command = commands[static_cast<std::size_t>(remedy.action)];
  if (command.empty()) return remedy.text;
  std::vector<std::string> about = remedy.about;
  about.resize(2);
  return fmt::format("{}: {}", remedy.text,
                     fmt::vformat(command, fmt::make_format_args(about[0], about[1])));
}

}  // namespace

std::vector<std::string> advice(const std::vector<Remedy>& remedies) {
  std::vector<std::string> sentences;
  for (const Remedy& remedy : remedies) sentences.push_back(sentence(remedy));
  return sentences;
}

std::string larger_map(const std::string& map, std::uint64_t entries) {
  return fmt::format(rebuild, map, entries);
}

}  // namespace mapctl::cli
