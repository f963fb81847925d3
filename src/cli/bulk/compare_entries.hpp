#pragma once
// What differs between a map and the entries that it should have.

#include <cstdint>
#include <vector>

#include "cli/input/entry_input.hpp"
#include "cli/session/progress.hpp"
#include "map/walk/key_set.hpp"
#include "mapctl/batch.hpp"

namespace mapctl::cli {

/// The entries that a map should have, by key. Needs 20 to 36 bytes for each besides its
/// key and value.
class WantedEntries {
 public:
  explicit WantedEntries(const Target& target);

  /// Takes all of an input. A key that is there twice with different values is wrong.
  void add_all(EntryInput& input, Progress& progress);
  /// Takes all of another map.
  void add_all(const Map& map, Progress& progress);

  /// Texts of one more entry, which takes the place of one of that key. True where there was
  /// one with another value.
  bool set(const Target& target, const std::string& key, const std::string& value);

  std::size_t size() const noexcept { return keys_.size(); }
  std::optional<std::size_t> find(ByteView key) const { return keys_.find(canonical(key)); }
  /// The numbers of the keys of a chunk, or KeySet::absent.
  void find_all(const Chunk& chunk, std::vector<std::uint32_t>& numbers) const;
  /// Brings a value near that is wanted soon.
  void fetch_value(std::uint32_t number) const {
    if (number != KeySet::absent) __builtin_prefetch(value(number).data());
  }
  ByteView key(std::size_t i) const { return keys_.key(i); }
  ByteView value(std::size_t i) const { return part(values_, i); }
  /// As InputEntry::kept.
  ByteView kept(std::size_t i) const { return kept_.empty() ? ByteView{} : part(kept_, i); }
  std::size_t line(std::size_t i) const { return lines_.empty() ? 0 : lines_[i]; }

 private:
  void add(const InputEntry& entry);
  /// The one way to write a key: tries compare without host bits. Valid until the next call.
  ByteView canonical(ByteView key) const;
  ByteView part(const Bytes& bytes, std::size_t i) const {
    return ByteView{bytes}.subspan(i * value_size_, value_size_);
  }

  std::size_t value_size_;
  bool is_trie_;
  mutable Bytes prefix_;
  KeySet keys_;
  Bytes values_;
  Bytes kept_;
  std::vector<std::uint32_t> lines_;
};

/// Compares values bit by bit, as far as they count: padding and hidden members do not, and
/// counters only where they are wanted.
class ValueComparison {
 public:
  ValueComparison(const Target& target, bool counters);

  /// kept: bits that do not count here, or empty.
  bool equal(ByteView a, ByteView b, ByteView kept) const;

  /// The bits of a whole value that never count but are the user's: counters. Empty where
  /// there are none.
  const Bytes& ignored() const noexcept { return ignored_; }

 private:
  Bytes counting_;  ///< empty: all of them
  Bytes ignored_;
};

/// What a comparison met, by the number of the wanted entry.
struct Differences {
  std::vector<std::uint32_t> added{};    ///< not in the map
  std::vector<std::uint32_t> changed{};  ///< with another value
  std::size_t unchanged = 0;
  std::size_t extra = 0;  ///< in the map, but not wanted

  std::size_t in_map() const { return changed.size() + unchanged + extra; }
  bool any() const { return !added.empty() || !changed.empty() || extra > 0; }
};

/// Is told what differs while the map is read.
class DifferenceVisitor {
 public:
  virtual ~DifferenceVisitor() = default;
  virtual void changed(std::size_t wanted, ByteView old) = 0;
  virtual void extra(ByteView key, ByteView value) = 0;
};

/// Reads the whole map. Throws Failed where others change it faster than it can be read.
Differences compare(const Map& map, const WantedEntries& wanted, const ValueComparison& comparison,
                    DifferenceVisitor& visitor, Progress& progress);

/// Values that are ids of objects cannot be compared with the descriptors that are put.
void refuse_objects(const Map& map);

}  // namespace mapctl::cli
