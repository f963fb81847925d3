#include <fmt/format.h>

#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"

namespace mapctl::cli {

namespace {

struct NextOptions {
  std::string map;
  std::optional<std::string> key{};
};

Exit next(const NextOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::next_key, session);
  const Map& map = target->map;
  const Encoded after = options.key ? encode_key(*target, *options.key) : Encoded{};
  const std::optional<Bytes> key = map.next_key(after.bytes);
  if (!key)
    return report({"end", Exit::no,
                   options.key
                       ? fmt::format("{} is the last key of {}", label(*target, after), map.label())
                       : fmt::format("{} is empty", map.label())});
  return print_answer(session, {target->shown(), EntryPrinter::Parts::key}, {*key}, {});
}

constexpr Option next_options[] = {
    map_operand<&NextOptions::map>(),
    operand<&NextOptions::key>("KEY", ValueKind::key, "the key before; without it, the first key"),
};

}  // namespace

const Command next_command("next,getnext", "print the key after this one", Types::all,
                           action_of<next>, next_options,
                           "next visits\n"
                           "next visits 192.0.2.7");

}  // namespace mapctl::cli
