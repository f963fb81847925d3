// Whole commands against bpftool's, start to finish, in turns in one run:
// put and get of one entry, a file of commands, and dump of many. Prints medians and their ratio.
//
// Usage: bench_commands [ENTRIES]   (default 1000000)

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "mapctl/batch.hpp"
#include "mapctl/type_text.hpp"
#include "sandbox.hpp"

extern char** environ;

namespace mapctl::bench {
namespace {

using Command = std::vector<std::string>;

constexpr const char* pin = "/sys/fs/bpf/bench";

void run(const Command& command) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (error != 0 || waitpid(child, &status, 0) != child || status != 0) {
    fmt::print(stderr, "bench_commands: {} failed\n", fmt::join(command, " "));
    std::exit(1);
  }
}

double milliseconds_of(const Command& command) {
  const auto start = std::chrono::steady_clock::now();
  run(command);
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

double median(std::vector<double> times) {
  std::ranges::sort(times);
  return times[times.size() / 2];
}

/// Each round runs one after the other, so that both see the same machine.
void compare(const std::string& what, const Command& ours, const Command& peer, int rounds) {
  run(ours);
  run(peer);
  std::vector<double> our_times;
  std::vector<double> peer_times;
  for (int i = 0; i < rounds; ++i) {
    our_times.push_back(milliseconds_of(ours));
    peer_times.push_back(milliseconds_of(peer));
  }
  const double our_median = median(our_times);
  const double peer_median = median(peer_times);
  fmt::print(
      "{:<28} mapctl {:9.3f} ms   bpftool {:9.3f} ms   mapctl/bpftool {:.3f}   bpftool/mapctl "
      "{:.2f}\n",
      what, our_median, peer_median, our_median / peer_median, peer_median / our_median);
}

void fill(Map& map, std::uint32_t entries) {
  std::vector<std::uint32_t> keys(entries);
  std::vector<std::uint64_t> values(entries);
  for (std::uint32_t i = 0; i < entries; ++i) {
    keys[i] = i;
    values[i] = i * std::uint64_t{7919};
  }
  put_batch(map, std::as_bytes(std::span{keys}), std::as_bytes(std::span{values}), entries);
}

/// 100,000 updates from a file of commands.
void compare_batch() {
  const std::filesystem::path ours = "/mnt/mapctl";  // on a tmpfs of our own
  const std::filesystem::path peer = "/mnt/bpftool";
  std::ofstream our_lines(ours);
  std::ofstream peer_lines(peer);
  for (unsigned i = 0; i < 100'000; ++i) {
    our_lines << fmt::format("put {} {} {}\n", pin, i, i & 255);
    peer_lines << fmt::format("map update pinned {} key {} {} {} 0 value {} 0 0 0 0 0 0 0\n", pin,
                              i & 255, i >> 8 & 255, i >> 16 & 255, i & 255);
  }
  our_lines.close();
  peer_lines.close();
  compare("batch of 100000 puts", {MAPCTL_BINARY, "batch", ours},
          {"bpftool", "batch", "file", peer}, 5);
}

void compare_all(std::uint32_t entries) {
  Map map = Map::create({.type = MapType::hash,
                         .name = "bench",
                         .key_size = 4,
                         .value_size = 8,
                         .max_entries = entries});
  map.pin(pin);
  fill(map, entries);
  const Command key{"key", "1", "0", "0", "0"};
  const auto bpftool = [](std::string verb, const Command& rest) {
    Command command{"bpftool", "map", std::move(verb), "pinned", pin};
    command.insert(command.end(), rest.begin(), rest.end());
    return command;
  };
  Command update = key;
  for (const char* word : {"value", "2", "0", "0", "0", "0", "0", "0", "0"}) update.push_back(word);

  compare("put", {MAPCTL_BINARY, "put", pin, "1", "2"}, bpftool("update", update), 300);
  compare("get", {MAPCTL_BINARY, "get", pin, "1"}, bpftool("lookup", key), 300);
  compare_batch();
  const int rounds = entries > 100'000 ? 5 : 20;
  compare(fmt::format("dump {} plain", entries), {MAPCTL_BINARY, "dump", pin}, bpftool("dump", {}),
          rounds);
  Command json = bpftool("dump", {});
  json.insert(json.begin() + 1, "-j");
  compare(fmt::format("dump {} json", entries), {MAPCTL_BINARY, "dump", pin, "-o", "json"}, json,
          rounds);
}

}  // namespace
}  // namespace mapctl::bench

int main(int argc, char** argv) {
  if (!mapctl::test::enter_sandbox() || mount("tmp", "/mnt", "tmpfs", 0, nullptr) != 0) {
    fmt::print(stderr, "bench_commands: needs root, for a BPF filesystem of its own\n");
    return 1;
  }
  mapctl::bench::compare_all(argc > 1 ? static_cast<std::uint32_t>(std::atoi(argv[1])) : 1'000'000);
}
