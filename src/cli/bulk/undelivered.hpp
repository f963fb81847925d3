#pragma once
// Keeps entries that are between a map and the reader of the output, so that none is lost.

#include <cstdint>
#include <vector>

#include "cli/bulk/entry_writer.hpp"

namespace mapctl::cli {

/// Entries that were taken from the map but may not have reached the reader yet.
class InTransit {
 public:
  InTransit(Target& target, const Session& session) : target_(target), writer_(target, session) {}

  void add(ByteView key, ByteView value);

  std::size_t size() const noexcept { return count_; }

  /// The first `count` entries are in the output now; those that are new there end at byte
  /// `position`.
  void printed(std::size_t count, std::uint64_t position) { ends_.resize(count, position); }

  /// Drops the entries whose bytes have all reached the reader.
  void delivered(std::uint64_t written);

  /// Puts all entries back into the map; those that fail are reported one by one. A key that was
  /// added again in the meantime keeps its new value.
  void put_back();

 private:
  ByteView key(std::size_t i) const;
  ByteView value(std::size_t i) const;
  bool put_back(std::size_t i);
  void tell_lost(std::size_t i, const std::string& reason) const;

  Target& target_;
  EntryWriter writer_;
  Bytes keys_;
  Bytes values_;
  std::size_t count_ = 0;
  std::vector<std::uint64_t> ends_;  // one for each entry in the output
};

}  // namespace mapctl::cli
