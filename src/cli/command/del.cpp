#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/bulk/entry_writer.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "cli/entry/selection.hpp"
#include "map/error/printable.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

struct DelOptions {
  std::string map;
  std::vector<std::string> keys;  ///< given as arguments; else `input` names a file
  InputOptions input{};
  bool missing_ok = false;
  std::vector<std::string> where{};
  bool verbose = false;
  bool dry_run = false;
};

std::string attempt_to_delete(const Target& target, const std::vector<Encoded>& keys) {
  const std::string what =
      keys.size() == 1 ? label(target, keys.front()) : fmt::format("these {} keys", keys.size());
  return fmt::format("delete {} from {}", what, target.map.label());
}

std::string deleted_of(std::size_t deleted, std::size_t keys) {
  return fmt::format("{} of the {} keys {} deleted", deleted, keys, deleted == 1 ? "was" : "were");
}

/// Returns true if the key can be deleted. Where entries cannot be read, that is assumed.
bool is_there(const Target& target, ByteView key) {
  const MapType type = target.map.info().type;
  if (!can(type, Operation::lookup) || value_content(type) == ValueContent::socket) return true;
  return target.find(key).has_value();
}

Exit foretell(std::size_t there, std::size_t keys, const Session& session) {
  print_report(session, {{"would_delete", there}, {"absent", keys - there}});
  return Exit::done;
}

std::size_t count_there(const Target& target, Spool& spool) {
  std::size_t there = 0;
  while (const std::optional<EntryBlock> block = spool.next()) {
    const Packed keys{block->keys, target.map.info().key_size};
    for (std::size_t i = 0; i < block->count(); ++i) there += is_there(target, keys[i]) ? 1 : 0;
  }
  return there;
}

Exit del_file(Target& target, const DelOptions& options, const Session& session) {
  EntryInput input(target, options.input, EntryParts::keys);
  EntryWriter writer(target, session, &input);
  Spool spool = writer.will_write(input);
  if (input.wrong() > 0) return nothing_written(input);
  writer.check([&] { return fmt::format("delete what is in {}", input.name()); });
  if (options.dry_run) return foretell(count_there(target, spool), spool.size(), session);
  if (!writer.write_all(spool, "deleting")) return Exit::interrupted;
  const Written& written = writer.written();
  print_report(session, {{"deleted", written.deleted}, {"absent", written.absent}});
  if (written.absent == 0 || options.missing_ok) return Exit::done;
  const std::size_t more = written.absent - writer.absent().size();
  return report(
      {"absent",
       Exit::no,
       fmt::format("not in {}: {}{}", target.map.label(), fmt::join(writer.absent(), ", "),
                   more > 0 ? fmt::format(", and {} more", more) : ""),
       deleted_of(written.deleted, spool.size()),
       {"add --missing-ok where that is fine"}});
}

/// Prints for each key whether it was there to delete.
void print_keys(const Target& target, const std::vector<Encoded>& keys,
                const std::vector<bool>& erased, const Session& session) {
  Results results(session, Document::list, {{"key"}, {"deleted"}});
  for (std::size_t i = 0; i < keys.size(); ++i) {
    results->begin_struct();
    results->member("key");
    decode_key(target.shown().key, keys[i].bytes, *results);
    results->member("deleted");
    results->boolean(erased[i]);
    results->end_struct();
  }
  results.finish();
}

void tell_keys(const Target& target, const std::vector<Encoded>& keys,
               const std::vector<bool>& erased) {
  Stream stream(1);
  for (std::size_t i = 0; i < keys.size(); ++i)
    stream.buffer() += fmt::format("{}: {}\n", printable(label(target, keys[i])),
                                   erased[i] ? "deleted" : "absent");
  stream.finish();
}

Exit report_absent_keys(const Target& target, const std::vector<Encoded>& keys,
                        const std::vector<bool>& erased) {
  std::vector<std::string> absent;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (!erased[i]) absent.push_back(label(target, keys[i]));
  if (absent.empty()) return Exit::done;
  Failure failure = absent_keys(target.map, absent);
  if (keys.size() > 1) failure.why = deleted_of(keys.size() - absent.size(), keys.size());
  return report(failure);
}

Exit del(const DelOptions& options, const Session& given) {
  const Session session = given.within(options.where);
  const auto target = open_to_write(options.map, Operation::erase, options.dry_run, session);
  if (options.keys.empty() && options.input.file.empty())
    throw usage_error("there is no key to delete",
                      {fmt::format("name keys, or a file of them: mapctl del {} -f FILE",
                                   shell_word(options.map))});
  if (!options.input.file.empty() && !session.only_check)
    return del_file(*target, options, session);
  const std::vector<Encoded> keys = encode_keys(*target, options.keys);

  if (session.only_check) return Exit::done;
  EntryWriter writer(*target, session);
  for (const Encoded& key : keys) writer.will_erase(key.bytes);
  writer.check([&] { return attempt_to_delete(*target, keys); });
  if (options.dry_run) {
    const auto there = std::ranges::count_if(
        keys, [&](const Encoded& key) { return is_there(*target, key.bytes); });
    return foretell(static_cast<std::size_t>(there), keys.size(), session);
  }
  std::vector<bool> erased;
  for (const Encoded& key : keys) erased.push_back(writer.erase(key));
  if (session.json())
    print_keys(*target, keys, erased, session);
  else if (options.verbose)
    tell_keys(*target, keys, erased);
  return options.missing_ok ? Exit::done : report_absent_keys(*target, keys, erased);
}

constexpr Option del_options[] = {
    map_operand<&DelOptions::map>(),
    operand<&DelOptions::keys>("KEY", ValueKind::key, "keys to delete")
        .optional()
        .excludes("--file"),
    input_file<&DelOptions::input>("delete the keys of this file; - for standard input"),
    input_format<&DelOptions::input>(),
    flag<&DelOptions::missing_ok>("--missing-ok", "a key that is not there is fine"),
    flag<&DelOptions::verbose>("-v,--verbose", "say of each key whether it was there"),
    part_where<&DelOptions::where>(),
    dry_run<&DelOptions::dry_run>(),
};

}  // namespace

const Command del_command("del,delete,rm", "delete entries", Types::all, action_of<del>,
                          del_options,
                          "del visits 192.0.2.7\n"
                          "del blocklist 10.0.0.0/8 192.0.2.0/24 --missing-ok\n"
                          "del blocklist -f old.txt --dry-run",
                          {.usage = "MAP KEY… | -f FILE", .can_check = true});

}  // namespace mapctl::cli
