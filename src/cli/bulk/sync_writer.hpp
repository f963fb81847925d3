#pragma once
// Writes the differences between a map and the entries that it should have.

#include <span>
#include <vector>

#include "cli/bulk/compare_entries.hpp"
#include "cli/bulk/entry_writer.hpp"
#include "cli/bulk/write_order.hpp"

namespace mapctl::cli {

/// Collects the keys to delete, in the order in which they are deleted.
class Extras {
 public:
  explicit Extras(const Target& target) : order_(target.map, target.schema) {}

  void add(ByteView key, ByteView value);
  /// Returns the keys packed.
  Bytes keys() &&;

 private:
  WriteOrder order_;
  Bytes keys_;
  std::vector<std::uint32_t> ranks_;
};

/// Writes the differences: first new and changed entries, then deletes, both in the order of
/// WriteOrder. A concurrent lookup in an LPM trie sees the old answer or the new one.
class SyncWriter {
 public:
  /// is_read: false if no program can look up the map yet; then write() waits for no readers.
  SyncWriter(Target& target, bool is_read, const WantedEntries& wanted,
             const ValueComparison& comparison, EntryWriter& writer)
      : target_(target),
        wanted_(wanted),
        comparison_(comparison),
        order_(target.map, target.schema),
        waits_(is_read && order_.hides()),
        writer_(writer) {}

  /// first: how many of the packed keys have to be deleted before the rest fits. Returns false if
  /// an interrupt ended it.
  bool write(Differences& differences, ByteView extras, std::size_t first);

 private:
  bool put(std::span<const std::uint32_t> numbers, bool are_there);
  bool put(Differences& differences);
  std::uint32_t rank(std::uint32_t number) const;
  void sort(std::vector<std::uint32_t>& numbers) const;
  bool erase(ByteView keys);
  bool erase_of_one_rank(ByteView keys);
  void settle();
  void append(EntryBlock& block, std::size_t number, bool is_there) const;
  Bytes kept_bits(std::size_t number) const;

  Target& target_;
  const WantedEntries& wanted_;
  const ValueComparison& comparison_;
  WriteOrder order_;
  bool waits_;
  EntryWriter& writer_;
};

}  // namespace mapctl::cli
