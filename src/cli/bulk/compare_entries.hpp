#pragma once
// Finds the differences between a map and the entries that it should have.

#include <cstdint>
#include <vector>

#include "cli/input/entry_input.hpp"
#include "cli/session/progress.hpp"
#include "map/walk/key_set.hpp"
#include "mapctl/batch.hpp"

namespace mapctl::cli {

/// The entries that a map should have, by key. Each needs 20 to 36 bytes besides its key and value.
class WantedEntries {
 public:
  explicit WantedEntries(const Target& target);

  /// Adds all entries of an input. A key that occurs twice with different values is an error.
  void add_all(EntryInput& input, Progress& progress);
  /// Adds the entries of another map that exist for the command, with the same types.
  void add_all(const Target& other, Progress& progress);

  /// Adds one more entry from texts; it replaces an entry with the same key. Returns true if there
  /// was one with another value.
  bool set(const Target& target, const std::string& key, const std::string& value);

  /// Adds an entry as the map has it.
  void keep(ByteView key, ByteView value) { insert({.key = key, .value = value}); }

  std::size_t size() const noexcept { return keys_.size(); }
  std::optional<std::size_t> find(ByteView key) const { return keys_.find(canonical(key)); }
  /// Finds the numbers of the keys of a chunk, KeySet::absent for keys that are not there.
  void find_all(const Chunk& chunk, std::vector<std::uint32_t>& numbers) const;
  /// Prefetches a value that is needed soon.
  void fetch_value(std::uint32_t number) const {
    if (number != KeySet::absent) __builtin_prefetch(value(number).data());
  }
  ByteView key(std::size_t i) const { return keys_.key(i); }
  ByteView value(std::size_t i) const { return Packed{values_, value_size_}[i]; }
  /// The bits that the entry leaves to the map: see InputEntry::kept.
  ByteView kept(std::size_t i) const {
    return kept_.empty() ? ByteView{} : Packed{kept_, value_size_}[i];
  }
  InputEntry entry(std::size_t i) const {
    return {.key = key(i), .value = value(i), .kept = kept(i), .line = lines_[i]};
  }

 private:
  /// Returns false if the key is there already.
  bool insert(const InputEntry& entry);
  void add(const InputEntry& entry);
  void replace(std::size_t number, const InputEntry& entry);
  /// Adds to an entry what another of the same key says about other bits. Returns false if both say
  /// something about one.
  bool merge(std::size_t number, const InputEntry& entry);
  /// The normal form of a key: in a trie, host bits are zero. Valid until the next call.
  ByteView canonical(ByteView key) const;

  std::size_t value_size_;
  bool is_trie_;
  mutable Bytes prefix_;
  KeySet keys_;
  Bytes values_;
  Bytes kept_;
  std::vector<std::uint32_t> lines_;
};

/// Throws BadInput if --where does not hold for an entry. What its text left out is tested as it
/// will be: with the bits that the map has there.
void check_in_part(const Target& target, ByteView key, ByteView value, ByteView kept);

/// Compares values bit by bit. Padding and hidden members are ignored, and so are counters unless
/// the caller wants them compared.
class ValueComparison {
 public:
  ValueComparison(const Target& target, bool counters);

  /// kept: bits to ignore in this comparison, or empty.
  bool equal(ByteView a, ByteView b, ByteView kept) const;

  /// The bits of a whole value that are never compared although the user may set them: counters.
  /// Empty if there are none.
  const Bytes& ignored() const noexcept { return ignored_; }

 private:
  Bytes counting_;  ///< a mask; empty: all bits are compared
  Bytes ignored_;
};

/// The result of a comparison; entries are given by their number in WantedEntries.
struct Differences {
  std::vector<std::uint32_t> added{};    ///< not in the map
  std::vector<std::uint32_t> changed{};  ///< in the map with another value
  std::size_t unchanged = 0;
  std::size_t extra = 0;               ///< in the map, but not wanted
  std::size_t outside = 0;             ///< in the map, but they do not exist for the command
  std::size_t elsewhere = 0;           ///< in the map, and not looked at
  std::vector<std::uint32_t> taken{};  ///< wanted, but the key is that of an entry outside

  std::size_t in_map() const { return changed.size() + unchanged + extra + elsewhere; }
  bool any() const { return !added.empty() || !changed.empty() || extra > 0; }
};

/// Receives each difference while the map is read.
class DifferenceVisitor {
 public:
  virtual ~DifferenceVisitor() = default;
  virtual void changed(std::size_t wanted, ByteView old) = 0;
  virtual void extra(ByteView key, ByteView value) = 0;
};

/// Reads the whole map. Throws Failed if others change it faster than it can be read.
Differences compare(const Target& target, const WantedEntries& wanted,
                    const ValueComparison& comparison, DifferenceVisitor& visitor,
                    Progress& progress);

/// Looks only at the wanted entries and at these keys, which are not wanted. `entries` is how many
/// the map has.
Differences compare_keys(const Target& target, const WantedEntries& wanted,
                         const std::vector<Bytes>& unwanted, std::size_t entries,
                         const ValueComparison& comparison, DifferenceVisitor& visitor);

/// Throws Failed if values are ids of objects: they cannot be compared with descriptors.
void refuse_objects(const Map& map);

}  // namespace mapctl::cli
