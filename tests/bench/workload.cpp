#include "workload.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "mapctl/batch.hpp"
#include "mapctl/map_type.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/flags_text.hpp"
#include "mapctl/text/schema.hpp"
#include "mapctl/text/type_text.hpp"
#include "mapctl/text/typed_map.hpp"

namespace mapctl::bench {

namespace {

namespace fs = std::filesystem;

constexpr const char* source_pin = "/sys/fs/bpf/bench_source";
const fs::path directory = "/mnt";

/// Returns the same bits for the same number, without a pattern (splitmix64).
std::uint64_t scattered(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
  number = (number ^ number >> 27) * 0x94d049bb133111eb;
  return number ^ number >> 31;
}

template <typename Number>
void store(ByteSpan out, std::size_t at, Number number) {
  std::memcpy(out.data() + at, &number, sizeof number);
}

void make_counter(std::uint32_t number, ByteSpan key, ByteSpan value) {
  store(key, 0, number);
  for (std::size_t at = 0; at < value.size(); at += 8)
    store(value, at, (number + at) * std::uint64_t{7919});
}

struct Flow {
  std::uint32_t saddr;
  std::uint32_t daddr;
  std::uint16_t sport;
  std::uint16_t dport;
  std::uint32_t padding;
  std::uint64_t packets;
};

void make_flow(std::uint32_t number, ByteSpan key, ByteSpan value) {
  const std::uint64_t addresses = scattered(number);
  const std::uint64_t ports = scattered(addresses);
  store(key, 0, number);
  store(value, 0,
        Flow{.saddr = static_cast<std::uint32_t>(addresses),
             .daddr = static_cast<std::uint32_t>(addresses >> 32),
             .sport = static_cast<std::uint16_t>(ports),
             .dport = static_cast<std::uint16_t>(ports >> 16),
             .padding = 0,
             .packets = ports >> 40});
}

/// One /24 each, in random order.
void make_prefix(std::uint32_t number, ByteSpan key, ByteSpan value) {
  constexpr std::uint32_t networks = 1U << 24;
  store(key, 0, std::uint32_t{24});
  store(key, 4, htonl(number * 7'654'321U % networks << 8));
  store(value, 0, std::uint64_t{number});
}

Map make_map(const Shape& shape, std::uint32_t entries, const char* name) {
  return create_map({.type = shape.type,
                     .name = name,
                     .max_entries = entries,
                     .flags = shape.flags.empty() ? 0 : parse_flags(shape.flags)},
                    TypePair{parse_type(shape.key), parse_type(shape.value)})
      .map;
}

Entries made_for(const Map& map, const Shape& shape, std::uint32_t count) {
  const std::size_t key_size = map.info().key_size;
  const std::size_t value_size = map.value_bytes();
  Entries entries{count, Bytes(count * key_size), Bytes(count * value_size)};
  for (std::uint32_t i = 0; i < count; ++i)
    shape.make(i, ByteSpan{entries.keys}.subspan(i * key_size, key_size),
               ByteSpan{entries.values}.subspan(i * value_size, value_size));
  return entries;
}

void append(Entries& entries, ByteView key, ByteView value) {
  ++entries.count;
  entries.keys.insert(entries.keys.end(), key.begin(), key.end());
  entries.values.insert(entries.values.end(), value.begin(), value.end());
}

Entries read(const Map& map) {
  Entries entries;
  MapReader reader(map);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i) append(entries, chunk->key(i), chunk->value(i));
  return entries;
}

std::string hex(ByteView bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format(" {:02x}", std::to_integer<int>(byte));
  return text;
}

/// Writes a file with one line for each entry, unless the file exists.
template <typename Line>
std::string write_lines(const Entries& entries, const Map& map, const char* name, Line line) {
  const fs::path path = directory / name;
  if (fs::exists(path)) return path;
  std::ofstream file(path);
  const std::size_t key_size = map.info().key_size;
  const std::size_t value_size = map.value_bytes();
  for (std::size_t i = 0; i < entries.count; ++i)
    file << line(ByteView{entries.keys}.subspan(i * key_size, key_size),
                 ByteView{entries.values}.subspan(i * value_size, value_size))
         << '\n';
  return path;
}

}  // namespace

Shape counters() { return {"u32 → u64", MapType::hash, "u32", "u64", "", make_counter}; }

Shape flows() {
  return {"u32 → flow", MapType::hash,
          "u32",        "{saddr:ipv4,daddr:ipv4,sport:be16,dport:be16,packets:u64}",
          "",           make_flow};
}

Shape per_cpu_counters() {
  return {"u32 → u64 a CPU", MapType::percpu_hash, "u32", "u64", "", make_counter};
}

Shape prefixes() { return {"LPM /24 → u64", MapType::lpm_trie, "cidr4", "u64", "", make_prefix}; }

Shape mapped_array() {
  return {"array of u64", MapType::array, "u32", "u64", "mmapable", make_counter};
}

Workload::Workload(const Shape& shape, std::uint32_t entries, const Launcher& launcher)
    : shape_(shape),
      launcher_(launcher),
      source_(make_map(shape, entries, "bench_source")),
      map_(make_map(shape, entries, "bench")) {
  source_.pin(source_pin);
  map_.pin(pin);
  const Entries made = made_for(source_, shape, entries);
  put_batch(source_, made.keys, made.values, made.count);
  all_ = read(source_);
  choose_changes();
}

Workload::~Workload() {
  fs::remove(source_pin);
  fs::remove(pin);
  remove_restored();
  remove_others();
  for (const fs::path& file : fs::directory_iterator(directory)) fs::remove(file);
}

void Workload::choose_changes() {
  const std::size_t key_size = map_.info().key_size;
  const std::size_t value_size = map_.value_bytes();
  for (std::size_t i = 0; i < all_.count; i += 100) {
    const ByteView key = ByteView{all_.keys}.subspan(i * key_size, key_size);
    const ByteView value = ByteView{all_.values}.subspan(i * value_size, value_size);
    append(before_, key, value);
    append(after_, key, value);
    after_.values[after_.values.size() - value_size] ^= std::byte{1};
  }
}

void Workload::fill() { put_batch(map_, all_.keys, all_.values, all_.count); }

void Workload::empty() {
  if (can(shape_.type, Operation::erase)) erase_batch(map_, all_.keys, all_.count);
}

void Workload::undo_changes() { put_batch(map_, before_.keys, before_.values, before_.count); }

std::string Workload::dump_source(const std::string& name, const Command& command) const {
  const fs::path path = directory / name;
  if (!fs::exists(path)) launcher_.run(command, path);
  return path;
}

std::string Workload::dumped(const std::string& format) {
  return dump_source("all." + format, {MAPCTL_BINARY, "dump", source_pin, "-o", format});
}

std::string Workload::changed(const std::string& format) {
  const fs::path path = directory / ("changed." + format);
  if (fs::exists(path)) return path;
  put_batch(source_, after_.keys, after_.values, after_.count);
  launcher_.run({MAPCTL_BINARY, "dump", source_pin, "-o", format}, path);
  put_batch(source_, before_.keys, before_.values, before_.count);
  return path;
}

void Workload::remove_restored() { fs::remove(restored_pin); }

void Workload::surround() {
  constexpr int all = 1000;
  constexpr int full = 10;
  constexpr std::size_t half_full = 500;
  const fs::path folder{others};
  if (!fs::create_directory(folder)) return;
  fill();
  for (int i = 2; i < all; ++i) {  // there are two
    const auto name = fmt::format("other_{}", i);
    const std::size_t count = i < full ? all_.count : half_full;
    Map map =
        make_map(shape_, static_cast<std::uint32_t>(i < full ? count : 2 * count), name.c_str());
    put_batch(map, ByteView{all_.keys}.first(count * map.info().key_size),
              ByteView{all_.values}.first(count * map.value_bytes()), count);
    map.pin(folder / name);
  }
}

void Workload::remove_others() const { fs::remove_all(others); }

Run Workload::make_and_fill() const {
  std::optional<Map> map;
  const Run make =
      timed([&] { map = make_map(shape_, static_cast<std::uint32_t>(size()), "new"); });
  return {.milliseconds = make.milliseconds + update_batch(*map, all_).milliseconds};
}

std::string Workload::saved() { return dump_source("saved", {MAPCTL_BINARY, "save", source_pin}); }

std::string Workload::bpftool_json() {
  return dump_source("all.bpftool", {"bpftool", "-j", "map", "dump", "pinned", source_pin});
}

std::string Workload::bpftool_updates() {
  // For a per-CPU map bpftool takes one value for all CPUs.
  const std::size_t size = map_.info().value_size;
  return write_lines(all_, map_, "updates", [size](ByteView key, ByteView value) {
    return fmt::format("map update pinned {} key hex{} value hex{}", pin, hex(key),
                       hex(value.first(size)));
  });
}

std::string Workload::bpftool_deletions() {
  return write_lines(all_, map_, "deletions", [](ByteView key, ByteView) {
    return fmt::format("map delete pinned {} key hex{}", pin, hex(key));
  });
}

std::string Workload::commands() {
  const Schema schema = schema_of(map_);
  return write_lines(all_, map_, "commands", [&](ByteView key, ByteView value) {
    return fmt::format("put {} {} {}", pin, text_of(schema.key, key), text_of(schema.value, value));
  });
}

}  // namespace mapctl::bench
