#include "cases.hpp"

#include <fmt/format.h>

namespace mapctl::bench {

namespace {

constexpr const char* pin = Workload::pin;
constexpr std::size_t few = 100'000;

Run ours(const Workload& load, Command words) {
  words.insert(words.begin(), MAPCTL_BINARY);
  return load.launcher().run(words);
}

Run bpftool(const Workload& load, Command words, const std::string& output = "/dev/null") {
  words.insert(words.begin(), "bpftool");
  return load.launcher().run(words, output);
}

Run bpftool_dump(const Workload& load, bool json, const std::string& output = "/dev/null") {
  Command words{"map", "dump", "pinned", pin};
  if (json) words.insert(words.begin(), "-j");
  return bpftool(load, words, output);
}

Run bare_lookup(Workload& load) { return lookup_batches(load.map()); }
Run bare_update(Workload& load) { return update_batch(load.map(), load.all()); }

Case dump(const std::string& format, std::size_t most_for_peer = few * 100) {
  return {.what = "dump " + format,
          .prepare = &Workload::fill,
          .ours =
              [format](Workload& load) {
                return ours(load, {"dump", pin, "-o", format});
              },
          .peer = [format](Workload& load) { return bpftool_dump(load, format != "plain"); },
          .floor = bare_lookup,
          .most_for_peer = most_for_peer};
}

Case save() {
  return {.what = "save",
          .prepare = &Workload::fill,
          .ours =
              [](Workload& load) {
                return ours(load, {"save", pin, "-f", "/mnt/saved"});
              },
          .peer = [](Workload& load) { return bpftool_dump(load, true, "/mnt/saved.peer"); },
          .floor = bare_lookup};
}

Case load(const std::string& format, std::size_t most_for_peer = few) {
  return {.what = "load " + format,
          .prepare = &Workload::empty,
          .ours =
              [format](Workload& load) {
                const bool is_theirs = format == "bpftool -j";
                return ours(load, {"load", pin, "-f",
                                   is_theirs ? load.bpftool_json() : load.dumped(format)});
              },
          .peer =
              [](Workload& load) {
                return bpftool(load, {"batch", "file", load.bpftool_updates()});
              },
          .floor = bare_update,
          .most_for_peer = most_for_peer};
}

/// The floor creates a map and fills it.
Case restore() {
  return {.what = "restore",
          .prepare = &Workload::remove_restored,
          .ours =
              [](Workload& load) {
                return ours(load, {"restore", Workload::restored_pin, "-f", load.saved()});
              },
          .floor = &Workload::make_and_fill};
}

/// The floor is mapctl's own dump and the writes of the entries that differ.
Case sync(const std::string& format) {
  return {.what = "sync 1 % " + format,
          .prepare =
              [format](Workload& load) {
                load.fill();
                load.changed(format);
              },
          .ours =
              [format](Workload& load) {
                return ours(load, {"sync", pin, "-f", load.changed(format)});
              },
          .floor =
              [format](Workload& load) {
                const Run dump = ours(load, {"dump", pin, "-o", format});
                return Run{dump.milliseconds + update_batch(load.map(), load.after()).milliseconds};
              }};
}

Case del() {
  return {.what = "del -f",
          .prepare = &Workload::fill,
          .ours =
              [](Workload& load) {
                return ours(load, {"del", pin, "-f", load.dumped("plain")});
              },
          .peer =
              [](Workload& load) {
                return bpftool(load, {"batch", "file", load.bpftool_deletions()});
              },
          .floor = [](Workload& load) { return delete_batch(load.map(), load.all()); },
          .most_for_peer = few};
}

Case drain() {
  return {.what = "drain",
          .prepare = &Workload::fill,
          .ours =
              [](Workload& load) {
                return ours(load, {"drain", pin, "--yes"});
              },
          .floor = [](Workload& load) { return lookup_and_delete_batches(load.map()); }};
}

constexpr Patience single{.fewest = 100, .most = 500, .seconds = 4};

Case put() {
  return {.what = "put",
          .ours =
              [](Workload& load) {
                return ours(load, {"put", pin, "1", "2"});
              },
          .peer =
              [](Workload& load) {
                return bpftool(load, {"map", "update", "pinned", pin, "key", "1", "0", "0", "0",
                                      "value", "2", "0", "0", "0", "0", "0", "0", "0"});
              },
          .patience = single};
}

Case get() {
  return {.what = "get",
          .prepare = &Workload::undo_changes,
          .ours =
              [](Workload& load) {
                return ours(load, {"get", pin, "1"});
              },
          .peer =
              [](Workload& load) {
                return bpftool(load, {"map", "lookup", "pinned", pin, "key", "1", "0", "0", "0"});
              },
          .patience = single};
}

/// The floor is one update call for each entry.
Case batch() {
  return {.what = "batch of puts",
          .prepare = &Workload::empty,
          .ours =
              [](Workload& load) {
                return ours(load, {"batch", load.commands()});
              },
          .peer =
              [](Workload& load) {
                return bpftool(load, {"batch", "file", load.bpftool_updates()});
              },
          .floor = [](Workload& load) { return update_one_by_one(load.map(), load.all()); }};
}

/// The floor is as many dumps as there are looks.
Case watch() {
  constexpr int looks = 10;
  return {.what = fmt::format("watch, {} looks", looks),
          .prepare = &Workload::fill,
          .ours =
              [](Workload& load) {
                return ours(load, {"watch", pin, "--interval", "1ms", "--count",
                                   std::to_string(looks - 1), "-o", "jsonl"});
              },
          .floor =
              [](Workload& load) {
                Run all;
                for (int i = 0; i < looks; ++i)
                  all.milliseconds += ours(load, {"dump", pin, "-o", "jsonl"}).milliseconds;
                return all;
              }};
}

/// Of all maps, of which the kernel counts the entries.
Case metrics() {
  return {.what = "metrics, 1000 maps", .prepare = &Workload::surround, .ours = [](Workload& load) {
            return ours(load, {"metrics"});
          }};
}

Case list() {
  return {.what = "list, 1000 maps", .prepare = &Workload::surround, .ours = [](Workload& load) {
            return ours(load, {"list", "-o", "json"});
          }};
}

}  // namespace

std::vector<Suite> all_suites() {
  constexpr std::size_t always = few * 100;
  return {
      {counters(), {10'000}, {put(), get()}},
      {counters(), {100'000}, {batch()}},
      {counters(),
       {10'000, 100'000, 1'000'000},
       {dump("plain"), dump("jsonl"), dump("json", few), dump("csv", few), save(),
        load("plain", always), load("jsonl"), load("csv"), load("bpftool -j"), restore(),
        sync("plain"), sync("jsonl"), del(), drain(), watch()}},
      {flows(),
       {10'000, 100'000, 1'000'000},
       {dump("plain"), dump("jsonl"), dump("csv", few), save(), load("plain"), load("jsonl"),
        load("csv"), restore(), sync("plain"), sync("jsonl"), drain(), watch()}},
      {per_cpu_counters(),
       {100'000},
       {dump("plain"), dump("jsonl"), save(), load("plain"), load("jsonl"), sync("jsonl"),
        drain()}},
      {prefixes(),
       {100'000},
       {dump("plain"), dump("jsonl"), save(), load("plain"), load("jsonl"), sync("jsonl"), del()}},
      {counters(), {1'000'000}, {metrics(), list()}},
      {mapped_array(),
       {100'000, 1'000'000},
       {dump("plain"), dump("jsonl"), load("plain"), load("jsonl"), sync("plain")}},
  };
}

}  // namespace mapctl::bench
