#pragma once
// Entries between a map and the reader of the output, of which none may get lost.

#include <cstdint>
#include <vector>

#include "cli/bulk/entry_writer.hpp"

namespace mapctl::cli {

/// Entries that have left the map and may not have reached the reader yet.
class InTransit {
 public:
  InTransit(Target& target, const Session& session) : target_(target), writer_(target, session) {}

  void add(ByteView key, ByteView value);

  std::size_t size() const noexcept { return count_; }

  /// The first `count` of them are in the output now, and those that were not in it before
  /// end at that byte of it.
  void printed(std::size_t count, std::uint64_t position) { ends_.resize(count, position); }

  /// Drops those of which the reader has every byte.
  void delivered(std::uint64_t written);

  /// Puts all into the map again and tells about it, one by one where that cannot be: a
  /// key that came back meanwhile keeps its new value.
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
  std::vector<std::uint64_t> ends_;  // of as many as are in the output
};

}  // namespace mapctl::cli
