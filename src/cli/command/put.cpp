#include <fmt/format.h>

#include <algorithm>

#include "cli/command/commands.hpp"
#include "cli/command/put.hpp"
#include "cli/entry/entry.hpp"
#include "cli/filter/caller_guard.hpp"
#include "cli/naming/text_argument.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

/// What the value's bytes are before the text is read into them. Fields that a
/// put keeps (counters, variables) and the other CPUs of --cpu need the old value.
Bytes starting_value(const Target& target, const Encoded& key, const PutOptions& options) {
  const bool needs_old = options.cpu || (keeps_members(target.schema.value) && !options.reset);
  if (needs_old)
    if (std::optional<Bytes> old = target.map.get_exact(key.bytes, options.locking))
      return std::move(*old);
  return Bytes(target.map.value_bytes());
}

/// Reads the text into the part of the value that was chosen.
void encode_into(const Map& map, const CpuChoice& cpu, const std::string& text, Bytes& value) {
  const auto begin = value.begin() + static_cast<std::ptrdiff_t>(cpu.offset);
  Bytes part(begin, begin + static_cast<std::ptrdiff_t>(cpu.size));
  encode_value(map, cpu.schema, text, part);
  std::ranges::copy(part, begin);
}

Bytes whole_value(const Target& target, const Encoded& key, const std::string& text,
                  const PutOptions& options) {
  Bytes value = starting_value(target, key, options);
  if (options.cpu)
    encode_into(target.map, choose_cpu(target.map, target.schema, *options.cpu), text, value);
  else
    encode_value(target.map, target.schema, text, value);
  return value;
}

}  // namespace

Exit put(const PutOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::update, session);
  Map& map = target->map;
  if (map.info().key_size == 0)
    throw usage_error(fmt::format("maps of type {} have no keys", type_name(map.info().type)),
                      {fmt::format("add a value: mapctl push {} VALUE", options.map)});
  const Encoded key = encode_key(*target, options.key);
  const std::string text = text_of_argument(options.value);
  const std::optional<Object> object = value_object(map, text);
  const Bytes value = object ? object->bytes : whole_value(*target, key, text, options);
  if (session.only_check) return Exit::done;
  const auto attempt = [&] {
    return fmt::format("put {} into {}", label(*target, key), map.label());
  };
  CallerGuard guard(*target, options.map, session);
  guard.put(key.bytes, value);
  guard.check(attempt);
  if (options.before_writing) options.before_writing();
  attempting(attempt, [&] { map.put(key.bytes, value, options.update, options.locking); });
  return Exit::done;
}

namespace {

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
