#include <fmt/format.h>

#include <algorithm>

#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

struct GetOptions {
  std::string map;
  std::vector<std::string> keys;
  bool match = false;  ///< LPM trie: find the longest match, not the exact entry
  Locking locking = Locking::none;
  std::optional<unsigned> cpu{};
  bool sum = false;  ///< print the sum of per-CPU values
  Unions unions = Unions::one;
};

/// With --match, `key` becomes the key of the longest match.
std::optional<Bytes> look_up(const Target& target, Encoded& key, const GetOptions& options) {
  const Map& map = target.map;
  const auto attempt = [&] {
    return fmt::format("get {} from {}", label(target, key), map.label());
  };
  return attempting(attempt, [&]() -> std::optional<Bytes> {
    if (!options.match) return map.get_exact(key.bytes, options.locking);
    std::optional<Match> match = map.match(key.bytes, options.locking);
    if (!match) return std::nullopt;
    key.bytes = std::move(match->prefix);
    return std::move(match->value);
  });
}

/// Asks a bloom filter for a value: it answers "no" or "probably".
Exit ask_filter(const Target& target, const GetOptions& options, const Session& session) {
  std::vector<Bytes> values = encode_values(target, options.keys);
  if (session.only_check) return Exit::done;
  const EntryPrinter printer(target.shown(), EntryPrinter::Parts::value);
  Results results(session, values.size() == 1 ? Document::answer : Document::list,
                  printer.columns());
  std::vector<std::string> absent;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (target.map.get({}, values[i]))
      printer.print(*results, ByteView{}, values[i]);
    else
      absent.push_back(options.keys[i]);
  }
  if (absent.size() < values.size() || values.size() > 1) results.finish();
  return report_absent(target.map, absent);
}

Exit get(const GetOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::lookup, session);
  const Map& map = target->map;
  std::optional<CpuSum> sum;
  if (options.sum) sum.emplace(*target, session.format);
  if (options.match && key_content(map.info().type) != KeyContent::prefix)
    throw usage_error(fmt::format("--match is for LPM tries, and {} is of type {}", map.label(),
                                  type_name(map.info().type)));
  if (map.info().type == MapType::bloom_filter) return ask_filter(*target, options, session);
  if (is_keyless(map.info().type))
    throw usage_error(fmt::format("maps of type {} have no keys", type_name(map.info().type)),
                      {fmt::format("see the next value: mapctl peek {}", shell_word(options.map))});
  std::vector<Encoded> keys = encode_keys(*target, options.keys);
  std::optional<ValuePart> cpu;
  if (options.cpu) cpu = choose_cpu(map, target->shown(), *options.cpu);
  if (session.only_check) return Exit::done;

  const Schema schema = with_unions(sum   ? sum->schema()
                                    : cpu ? cpu->schema
                                          : target->shown(),
                                    options.unions);
  const EntryPrinter printer(schema, EntryPrinter::Parts::entry, options.cpu);
  // A match tells which prefix has won, in plain form, too.
  const bool one = keys.size() == 1 && (!options.match || session.json());
  const bool names_variable =
      std::ranges::any_of(keys, [](const Encoded& key) { return key.variable.has_value(); });
  std::optional<Results> results;
  std::vector<std::string> absent;
  for (Encoded& key : keys) {
    std::optional<Bytes> value = look_up(*target, key, options);
    if (!value) {
      absent.push_back(label(*target, key));
      continue;
    }
    if (sum) value = sum->of(*value);
    if (!results)
      results.emplace(session, one ? Document::answer : Document::list,
                      names_variable ? VariablePrinter::columns() : printer.columns());
    if (key.variable)
      VariablePrinter(*target).print(**results, key, *value);
    else
      printer.print(**results, key, cpu ? cpu->of(*value) : *value);
  }
  if (!results && !one) results.emplace(session, Document::list, printer.columns());
  if (results) results->finish();
  return report_absent(map, absent);
}

constexpr Option get_options[] = {
    map_operand<&GetOptions::map>(),
    operand<&GetOptions::keys>("KEY", ValueKind::key, "keys to read"),
    flag<&GetOptions::match>("--match", "LPM trie: the entry whose prefix wins, not the exact one"),
    flag_for<Locking::spin_lock, &GetOptions::locking>("--lock",
                                                       "read under the value's bpf_spin_lock"),
    number<&GetOptions::cpu>("--cpu", "per-CPU maps: only this CPU's value"),
    cpu_sum<&GetOptions::sum>().excludes("--cpu"),
    unions<&GetOptions::unions>(),
};

}  // namespace

const Command get_command("get,lookup", "print the value of a key", Types::all, action_of<get>,
                          get_options,
                          "get visits 192.0.2.7 192.0.2.8 -o json\n"
                          "get blocklist 10.1.2.3 --match\n"
                          "get my_prog.bss packets errors",
                          {.can_check = true});

}  // namespace mapctl::cli
