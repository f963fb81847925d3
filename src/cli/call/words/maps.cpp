// The words of commands on one entry, on one map and on the filter.

#include "cli/call/help.hpp"
#include "cli/call/words/options.hpp"

namespace mapctl::cli {

namespace {

constexpr const char* sum_help = "per-CPU maps: the values of all CPUs added up, field by field";

constexpr const char* filter_name_help =
    "which filter: a host can have several, each with rules of its own (default: filter)";

void add_locking(CLI::App& app, Locking& locking, const char* help) {
  app.add_flag_callback(
      "--lock", [&locking] { locking = Locking::spin_lock; }, help);
}

}  // namespace

// ---- one function for each command ----

Run create_words(CLI::App& app) {
  auto options = std::make_shared<CreateOptions>();
  text(app, "PATH", options->path, "where to pin it: a path, or a NAME below $MAPCTL_BPFFS")
      ->required();
  text(app, "-t,--type", options->type, "hash, array, lpm_trie, percpu_hash, queue, …")->required();
  text(app, "-k,--key", options->key,
       "type of the keys: u32, ipv4, cidr4, {a:u8,b:be16}, …, or a size in bytes");
  text(app, "-v,--value", options->value, "type of the values, likewise");
  number(app, "-n,--max-entries", options->max_entries, 0,
         "how many entries it can hold; of a ring buffer its bytes, of an arena its pages");
  text(app, "--name", options->name,
       "the kernel's name for it, up to 15 characters (default: the pin's)");
  text(app, "--flags", options->flags,
       "no_prealloc, mmapable, rdonly_prog, …, separated by commas");
  number(app, "--numa-node", options->numa_node, 0, "NUMA node for its memory");
  number(app, "--hashes", options->hashes, 1, "bloom filter: hash functions, 1 to 15 (default: 5)",
         15);
  text(app, "--inner", options->inner, "for a map of maps: a MAP that the inner ones are like");
  text(app, "--mode", options->mode, "file mode of the pin: 0640");
  text(app, "--group", options->group, "group of the pin");
  app.add_flag("--exist-ok", options->exist_ok,
               "succeed if the same kind of map is pinned there already");
  return command(create, std::move(options));
}

Run put_words(CLI::App& app) {
  auto options = std::make_shared<PutOptions>();
  PutOptions& o = *options;
  text(app, "MAP", o.map, map_help)->required();
  text(app, "KEY", o.key, "key")->required();
  text(app, "VALUE", o.value, "value; fields left out are 0, counters keep theirs")->required();
  auto* create_only = app.add_flag_callback(
      "--create", [&o] { o.update = Update::create; }, "only if the key is not there yet");
  app.add_flag_callback(
         "--update", [&o] { o.update = Update::replace; }, "only if the key is there already")
      ->excludes(create_only);
  add_locking(app, o.locking, "write under the value's bpf_spin_lock");
  app.add_flag("--reset", o.reset, "counters start at 0 again");
  number(app, "--cpu", o.cpu, 0, "per-CPU maps: only this CPU's value");
  return command(put, std::move(options));
}

Run get_words(CLI::App& app) {
  auto options = std::make_shared<GetOptions>();
  text(app, "MAP", options->map, map_help)->required();
  texts(app, "KEY", options->keys, "keys to read");
  app.add_flag("--match", options->match,
               "LPM trie: the entry whose prefix wins, not the exact one");
  add_locking(app, options->locking, "read under the value's bpf_spin_lock");
  auto* cpu = number(app, "--cpu", options->cpu, 0, "per-CPU maps: only this CPU's value");
  app.add_flag("--sum", options->sum, sum_help)->excludes(cpu);
  return command(get, std::move(options));
}

Run del_words(CLI::App& app) {
  auto options = std::make_shared<DelOptions>();
  text(app, "MAP", options->map, map_help)->required();
  auto* file = add_input(app, options->input, "delete the keys of this file; - for standard input");
  texts(app, "KEY", options->keys, "keys to delete")->required(false)->excludes(file);
  app.add_flag("--missing-ok", options->missing_ok, "a key that is not there is fine");
  add_dry_run(app, options->dry_run);
  return command(del, std::move(options));
}

Run pop_words(CLI::App& app) {
  auto options = std::make_shared<PopOptions>();
  text(app, "MAP", options->map, map_help)->required();
  text(app, "KEY", options->key, "key; none for queues and stacks");
  number(app, "-c,--count", options->count, 1, "take up to this many values of a queue or stack");
  return command(pop, std::move(options));
}

Run push_words(CLI::App& app) {
  auto options = std::make_shared<PushOptions>();
  text(app, "MAP", options->map, map_help)->required();
  texts(app, "VALUE", options->values, "values to push, in this order");
  app.add_flag("--force", options->force, "when it is full, drop the oldest value");
  return command(push, std::move(options));
}

Run dump_words(CLI::App& app) {
  auto options = std::make_shared<DumpOptions>();
  text(app, "MAP", options->map, map_help)->required();
  app.add_flag("--sum", options->sum, sum_help);
  add_selection(app, options->selection);
  add_stats(app, options->stats);
  app.add_flag("-r,--recursive", options->recursive, "map of maps: the entries of the maps in it");
  return command(dump, std::move(options));
}

Run keys_words(CLI::App& app) {
  auto options = std::make_shared<KeysOptions>();
  text(app, "MAP", options->map, map_help)->required();
  add_stats(app, options->stats);
  return command(keys, std::move(options));
}

Run next_words(CLI::App& app) {
  auto options = std::make_shared<NextOptions>();
  text(app, "MAP", options->map, map_help)->required();
  text(app, "KEY", options->key, "the key before; without it, the first key");
  return command(next, std::move(options));
}

Run list_words(CLI::App& app) {
  auto options = std::make_shared<ListOptions>();
  text(app, "PATTERN", options->pattern, "only maps whose name or pin fits, with * and ?");
  text(app, "-t,--type", options->type, "only maps of this type");
  app.add_flag("--pinned", options->pinned, "only maps that are pinned");
  app.add_flag("--pids", options->pids, "print which processes have each map open; slow");
  return command(list, std::move(options));
}

/// `show` without a map lists them all, as bpftool users expect.
Run show_words(CLI::App& app) {
  auto map = std::make_shared<std::optional<std::string>>();
  text(app, "MAP", *map, map_help);
  return
      [map](const Session& session) { return *map ? show({**map}, session) : list({}, session); };
}

Run pin_words(CLI::App& app) {
  auto options = std::make_shared<PinOptions>();
  text(app, "MAP", options->map, map_help)->required();
  text(app, "PATH", options->path, "where to pin it, on a bpffs; a name cannot hold a dot")
      ->required();
  return command(pin, std::move(options));
}

Run unpin_words(CLI::App& app) {
  auto options = std::make_shared<UnpinOptions>();
  text(app, "PATH", options->path, "the pin to remove")->required();
  return command(unpin, std::move(options));
}

Run filter_load_words(CLI::App& app) {
  auto options = std::make_shared<FilterLoadArguments>();
  texts(app, "IFACE", options->interfaces, "interfaces to filter");
  text(app, "--name", options->name, filter_name_help);
  text(app, "--rules", options->rules.file,
       "make the rules equal to this file before anything is attached; - for standard input");
  add_input_format(app, options->rules);
  text(app, "--value", options->rules.value, "the action of every rule: the file holds keys alone");
  app.add_option("--default", options->default_action,
                 "drop or pass what no rule is about; goes before a default of the file. drop also "
                 "drops replies to your own connections")
      ->check(CLI::IsMember({"drop", "pass"}));
  app.add_option("--mode", options->mode, "native, skb, or auto: native, else skb and say so")
      ->check(CLI::IsMember({"native", "skb", "auto"}));
  number(app, "--max-entries", options->max_entries, 1,
         "rules the map can hold: 16384, or as it has them already");
  duration(app, "--confirm", options->confirm,
           "detach again unless a line 'yes' comes on standard input within so many seconds; "
           "--yes does not answer it");
  app.add_flag("--destinations", options->destinations,
               "look at rules by destination, too, as in 'to 10.0.0.0/8': about 50 ns a packet");
  app.add_flag("--replace", options->replace,
               "take the place of another program, unless a bpf_link holds it");
  return command(filter_load, std::move(options));
}

Run filter_unload_words(CLI::App& app) {
  auto options = std::make_shared<FilterUnloadArguments>();
  auto* interfaces =
      texts(app, "IFACE", options->interfaces, "interfaces to free")->required(false);
  app.add_flag("--all", options->all, "every interface that the filter is on")
      ->excludes(interfaces);
  text(app, "--name", options->name, filter_name_help);
  app.add_flag("--purge", options->purge,
               "remove the rules as well; alone, once no interface is filtered");
  return command(filter_unload, std::move(options));
}

Run filter_status_words(CLI::App& app) {
  auto options = std::make_shared<FilterStatusArguments>();
  text(app, "--name", options->name, "which filter (default: filter)");
  duration(app, "--interval", options->interval,
           "seconds between the two looks that rates are told from: 0.2; 0 for no rates");
  return command(filter_status, std::move(options));
}

Run filter_test_words(CLI::App& app) {
  auto options = std::make_shared<FilterTestArguments>();
  texts(app, "PACKET", options->packets,
        "'tcp 192.0.2.7:5000 > 10.0.0.1:22', or a file of captured packets (pcap, pcapng)")
      ->required(false);
  text(app, "-f,--file", options->file, "a file of captured packets; - for standard input");
  text(app, "--name", options->name, "which filter (default: filter)");
  text(app, "--expect", options->expect, "exit 1 unless all packets get this verdict: pass, drop")
      ->check(CLI::IsMember({"pass", "drop"}));
  app.add_flag("--summary", options->summary, "only how many packets each rule decides");
  return command(filter_test, std::move(options));
}

Run version_words(CLI::App& /*app*/) { return print_version; }

Run peek_words(CLI::App& app) { return map_words<peek>(app); }
Run count_words(CLI::App& app) { return map_words<count>(app); }
Run freeze_words(CLI::App& app) { return map_words<freeze>(app); }

Run events_words(CLI::App& app) {
  auto options = std::make_shared<EventsOptions>();
  text(app, "MAP", options->map, map_help)->required();
  number(app, "-c,--count", options->count, 1, "end after that many events");
  duration(app, "--timeout", options->timeout, "end after that many seconds, such as 0.5");
  text(app, "--as", options->as, "type of the events: u32, {pid:u32,comm:char[16]}, …");
  return command(events, std::move(options));
}

Run batch_words(CLI::App& app) {
  auto options = std::make_shared<BatchOptions>();
  text(app, "FILE", options->file, "commands, one on each line; - for standard input")->required();
  app.add_flag("--continue", options->go_on, "run the other lines where one fails");
  app.add_flag("-n,--dry-run", options->dry_run, "only check the lines");
  return command(batch, std::move(options));
}

}  // namespace mapctl::cli
