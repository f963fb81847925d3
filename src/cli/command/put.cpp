#include <fmt/format.h>

#include <algorithm>

#include "cli/bulk/entry_writer.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "cli/naming/text_argument.hpp"
#include "map/error/printable.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

struct PutOptions {
  std::string map;
  std::string key;
  std::string value;
  Update update = Update::any;
  Locking locking = Locking::none;
  bool reset = false;  ///< restart counters at 0
  std::optional<unsigned> cpu{};
};

/// Replaces the value of one CPU and keeps those of the others.
Bytes value_of_cpu(const Target& target, const Encoded& key, const std::string& text,
                   const PutOptions& options) {
  const CpuChoice cpu = choose_cpu(target.map, target.schema, *options.cpu);
  Bytes value = old_value(target, key, options.locking);
  const auto begin = value.begin() + static_cast<std::ptrdiff_t>(cpu.offset);
  Bytes part(begin, begin + static_cast<std::ptrdiff_t>(cpu.size));
  encode_value(target.map, cpu.schema, text, part);
  std::ranges::copy(part, begin);
  return value;
}

Bytes value_of(const Target& target, const Encoded& key, const std::string& text,
               const PutOptions& options) {
  if (options.cpu) return value_of_cpu(target, key, text, options);
  if (!options.reset) return value_over_old(target, key, text, options.locking);
  Bytes value(target.map.value_bytes());
  encode_value(target.map, target.schema, text, value);
  return value;
}

Exit put(const PutOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::update, session);
  Map& map = target->map;
  if (map.info().key_size == 0)
    throw usage_error(fmt::format("maps of type {} have no keys", type_name(map.info().type)),
                      {fmt::format("add a value: mapctl push {} VALUE", shell_word(options.map))});
  const Encoded key = encode_key(*target, options.key);
  const std::string text = text_of_argument(options.value);
  const std::optional<Object> object = value_object(map, text);
  const Bytes value = object ? object->bytes : value_of(*target, key, text, options);
  if (session.only_check) return Exit::done;
  EntryWriter writer(*target, session);
  writer.will_put(key.bytes, value);
  writer.check([&] { return fmt::format("put {} into {}", label(*target, key), map.label()); });
  writer.put(key, value, options.update, options.locking);
  return Exit::done;
}

constexpr Option put_options[] = {
    map_operand<&PutOptions::map>(),
    operand<&PutOptions::key>("KEY", ValueKind::key, "key"),
    operand<&PutOptions::value>("VALUE", ValueKind::value,
                                "value; fields left out are 0, counters keep theirs"),
    flag_for<Update::create, &PutOptions::update>("--create", "only if the key is not there yet"),
    flag_for<Update::replace, &PutOptions::update>("--update", "only if the key is there already")
        .excludes("--create"),
    flag_for<Locking::spin_lock, &PutOptions::locking>("--lock",
                                                       "write under the value's bpf_spin_lock"),
    flag<&PutOptions::reset>("--reset", "counters start at 0 again"),
    number<&PutOptions::cpu>("--cpu", "per-CPU maps: only this CPU's value"),
};

}  // namespace

const Command put_command("put,update", "insert or replace an entry", Types::all, action_of<put>,
                          put_options,
                          "put visits 192.0.2.7 port=443,hits=12\n"
                          "put visits 192.0.2.7 '{\"port\":80,\"hits\":3}' --create\n"
                          "put blocklist 10.0.0.0/8 drop",
                          {.can_check = true});

}  // namespace mapctl::cli
