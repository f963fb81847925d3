#pragma once
// Maps and files of many entries, created and read without the command line.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "mapctl/batch.hpp"
#include "support/maps.hpp"
#include "support/sandbox.hpp"

namespace mapctl::test {

/// Key to value, read from their first bytes.
using Entries = std::map<std::uint32_t, std::uint64_t>;

inline Map open_pin(const std::string& name) { return Map::open(bpffs / name); }

template <typename T>
T first_of(ByteView bytes) {
  T value{};
  std::copy_n(bytes.begin(), std::min(sizeof value, bytes.size()),
              writable_bytes_of(value).begin());
  return value;
}

inline Entries entries_of(const Map& map) {
  Entries entries;
  MapReader reader(map);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i)
      entries[first_of<std::uint32_t>(chunk->key(i))] = first_of<std::uint64_t>(chunk->value(i));
  return entries;
}

inline Entries entries_of(const std::string& name) { return entries_of(open_pin(name)); }

inline void put_all(Map& map, const Entries& entries) {
  Bytes keys;
  Bytes values;
  for (const auto& [key, value] : entries) {
    append_bytes(keys, bytes_of(key));
    const std::size_t size = values.size() + map.value_bytes();
    append_bytes(values, bytes_of(value));
    values.resize(size);
  }
  put_batch(map, keys, values, entries.size());
}

/// Keys from `first` on, each with the value `factor` times the key.
inline Entries sequence(std::uint32_t first, std::uint32_t count, std::uint64_t factor = 1) {
  Entries entries;
  for (std::uint32_t key = first; key < first + count; ++key) entries[key] = key * factor;
  return entries;
}

/// Writes the entries to a file of plain lines, in the order of the keys.
inline void write_lines(const std::string& file, const Entries& entries,
                        const std::string& before_value = "") {
  std::ofstream lines(file);
  for (const auto& [key, value] : entries) lines << key << '\t' << before_value << value << '\n';
}

inline std::string contents_of(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The files in the directory, including temporary files.
inline std::vector<std::string> names_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    if (entry.is_regular_file() || entry.is_fifo()) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

/// The number directly after this text in a message.
inline long number_after(const std::string& text, const std::string& words) {
  const std::size_t at = text.find(words);
  return at == std::string::npos ? -1 : std::atol(text.c_str() + at + words.size());
}

/// The number directly before this text in a message.
inline long number_before(const std::string& text, const std::string& words) {
  const std::size_t at = text.find(words);
  if (at == std::string::npos) return -1;
  const std::size_t before = text.find_last_not_of("0123456789", at - 1);
  return std::atol(text.c_str() + (before == std::string::npos ? 0 : before + 1));
}

}  // namespace mapctl::test
