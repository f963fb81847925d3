#include <fmt/format.h>

#include <algorithm>

#include "cli/bulk/entry_writer.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "cli/entry/lifetime.hpp"
#include "cli/naming/text_argument.hpp"
#include "cli/output/row.hpp"
#include "map/error/printable.hpp"
#include "mapctl/text/codec.hpp"
#include "text/layout/fields.hpp"
#include "text/layout/value_mask.hpp"

namespace mapctl::cli {

namespace {

struct PutOptions {
  std::string map;
  std::string key;
  std::string value;
  Update update = Update::any;
  Locking locking = Locking::none;
  LeftOut left_out = LeftOut::zero;
  std::optional<std::string> ttl{};
  bool reset = false;    ///< restart counters at 0
  bool verbose = false;  ///< say whether it changed anything
  std::optional<unsigned> cpu{};
};

/// A value, and the mask of its bits that come from the map; empty if none do.
struct Edit {
  Bytes value{};
  Bytes kept{};
};

void refuse_past(const Target& target, const Bytes& value) {
  if (target.schema.per_cpu) return;
  const std::optional<End> end = End::of(target.schema.value);
  if (end && end->is_past(value))
    throw BadInput("the end of the entry is past",
                   {"give a later time, or leave it out and use --ttl DURATION"});
}

Edit edit_of(const Target& target, const Encoded& key, const std::string& text,
             const PutOptions& options) {
  std::optional<ValuePart> part = key.variable;
  if (options.cpu) part = choose_cpu(target.map, target.schema, *options.cpu);
  Edit edit;
  encode_whole_value(target, text, edit.value, edit.kept, part ? &*part : nullptr,
                     options.left_out);
  if (options.ttl) Lifetime(target, *options.ttl).apply(edit.value, edit.kept);
  refuse_past(target, edit.value);
  if (!options.reset) return edit;
  if (part)
    std::fill_n(edit.kept.begin() + static_cast<std::ptrdiff_t>(part->offset), part->size,
                std::byte{0});
  else
    edit.kept.clear();
  return edit;
}

/// What a put did; nothing: the map cannot be read.
struct Outcome {
  bool changed = true;
  std::optional<bool> created{};
};

void print_outcome(const std::string& key, const Outcome& outcome, const PutOptions& options,
                   const Session& session) {
  if (session.json()) {
    Results results(session, Document::record);
    Row(*results)
        .begin()
        .boolean("changed", outcome.changed)
        .boolean("created", outcome.created)
        .end();
    return results.finish();
  }
  if (!options.verbose) return;
  const char* const what = outcome.created.value_or(false) ? "created"
                           : outcome.changed               ? "changed"
                                                           : "as it was";
  Stream stream(1);
  stream.buffer() += fmt::format("{}: {}\n", printable(key), what);
  stream.finish();
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
  Edit edit = object ? Edit{.value = object->bytes} : edit_of(*target, key, text, options);
  if (session.only_check) return Exit::done;
  // With --keep the entry that is changed has to be there, also when it is written.
  const bool keeps = options.left_out == LeftOut::kept;
  const bool locks = keeps && holds_spin_lock(target->schema.value);
  const Locking locking = locks ? Locking::spin_lock : options.locking;
  const bool tells = (session.json() || options.verbose) && !object;
  Outcome outcome;
  if (!edit.kept.empty() || (tells && can(map.info().type, Operation::lookup))) {
    const std::optional<Bytes> old = map.get_exact(key.bytes, locking);
    if (!old && keeps && !edit.kept.empty()) return report_absent(map, {label(*target, key)});
    if (old && !edit.kept.empty()) keep_bits(edit.value, *old, edit.kept);
    outcome = {.changed = old != edit.value, .created = !old};
  }
  EntryWriter writer(*target, session);
  writer.will_put(key.bytes, edit.value);
  writer.check([&] { return fmt::format("put {} into {}", label(*target, key), map.label()); });
  writer.put(key, edit.value, keeps ? Update::replace : options.update, locking, edit.kept);
  print_outcome(label(*target, key), outcome, options, session);
  return Exit::done;
}

constexpr Option put_options[] = {
    map_operand<&PutOptions::map>(),
    operand<&PutOptions::key>("KEY", ValueKind::key, "key"),
    operand<&PutOptions::value>("VALUE", ValueKind::value,
                                "value; fields left out are 0, counters keep theirs"),
    flag_for<LeftOut::kept, &PutOptions::left_out>(
        "--keep", "fields left out keep their values; the key has to be there")
        .excludes("--create"),
    flag_for<Update::create, &PutOptions::update>("--create", "only if the key is not there yet"),
    flag_for<Update::replace, &PutOptions::update>("--update", "only if the key is there already")
        .excludes("--create"),
    flag_for<Locking::spin_lock, &PutOptions::locking>("--lock",
                                                       "write under the value's bpf_spin_lock"),
    time_to_live<&PutOptions::ttl>(),
    flag<&PutOptions::reset>("--reset", "counters start at 0 again").excludes("--keep"),
    flag<&PutOptions::verbose>("-v,--verbose", "say whether it was created, changed, or as it was"),
    number<&PutOptions::cpu>("--cpu", "per-CPU maps: only this CPU's value"),
};

}  // namespace

const Command put_command("put,update", "insert or replace an entry", Types::all, action_of<put>,
                          put_options,
                          "put visits 192.0.2.7 port=443,hits=12\n"
                          "put visits 192.0.2.7 port=8443 --keep\n"
                          "put blocklist 10.0.0.0/8 drop --ttl 1h",
                          {.can_check = true});

}  // namespace mapctl::cli
