#pragma once
// Writing many entries, with a true account of how far it came.

#include "cli/input/spool.hpp"
#include "cli/session/progress.hpp"
#include "mapctl/map.hpp"

namespace mapctl::cli {

/// What was written to a map so far.
struct Written {
  std::size_t put = 0;
  std::size_t deleted = 0;
  std::size_t absent = 0;  ///< to be deleted, but not there

  std::size_t steps() const noexcept { return put + deleted + absent; }
};

/// Writes entries block by block. A failure names the entry, where it stands in the
/// input, and how many were done before.
class BulkWriter {
 public:
  /// The input, if there is one, is asked where a failing entry stands. All have to outlive it.
  BulkWriter(Target& target, const EntryInput* input, Progress& progress)
      : target_(target), input_(input), progress_(progress) {}

  /// All of them, in their order. An interrupt ends it after the current block: then it tells
  /// how far it came, and returns false.
  bool write_all(Spool& spool);

  /// Entries with members that the input does not name keep those of the map, which costs a
  /// lookup each, and in a trie six calls: see Map::get_exact(). Values of the block become what
  /// was written.
  void write(EntryBlock& block);

  const Written& written() const noexcept { return written_; }
  /// The first keys that were to be deleted and were not there, and their places.
  const std::vector<std::string>& absent() const noexcept { return absent_; }

 private:
  void put(EntryBlock& block);
  void put_part(EntryBlock& block, std::size_t from, std::size_t count);
  void keep_old(EntryBlock& block, std::size_t from, std::size_t count) const;
  void erase(const EntryBlock& block);
  std::string label(const EntryBlock& block, std::size_t i) const;
  [[noreturn]] void fail(const Error& error, const EntryBlock& block, std::size_t from) const;

  Target& target_;
  const EntryInput* input_;
  Progress& progress_;
  Written written_;
  std::vector<std::string> absent_;
};

/// Says so where an LRU map holds fewer entries than were written to it: it drops the least used
/// ones, also some time before it is full.
void note_evictions(const Map& map, std::size_t written);

/// Throws what a failure means for a new map without a pin: nobody sees it, so nothing is done.
[[noreturn]] void fail_unseen(const Error& error);

/// Where the mask is 1, the bits of `old`.
void keep_bits(ByteSpan value, ByteView old, ByteView mask);

}  // namespace mapctl::cli
