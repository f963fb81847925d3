#pragma once
// Writing the differences between a map and the entries that it should have.

#include <span>

#include "bulk_write.hpp"
#include "compare_entries.hpp"
#include "pass_verdict.hpp"

namespace mapctl::cli {

/// Keeps the keys that are not wanted, those of values that pass something behind the others:
/// what drops goes first.
class Extras final : public DifferenceVisitor {
 public:
  /// is_kept: false where nobody will ask for them.
  Extras(const Target& target, bool is_kept) : order_(target.schema.value), is_kept_(is_kept) {}

  void changed(std::size_t /*wanted*/, ByteView /*old*/) override {}
  void extra(ByteView key, ByteView value) override;

  /// Packed.
  Bytes keys() &&;

 private:
  PassVerdict order_;
  bool is_kept_;
  Bytes others_;
  Bytes passing_;
};

/// Writes what differs: what is new or changed first, values that pass something before those
/// that drop it, and deletes last.
class SyncWriter {
 public:
  SyncWriter(Target& target, const EntryInput& input, const WantedEntries& wanted,
             const ValueComparison& comparison, Progress& progress)
      : target_(target),
        wanted_(wanted),
        comparison_(comparison),
        writer_(target, &input, progress) {}

  /// first: how many of the keys, packed, have to be deleted before there is room for the rest.
  /// An interrupt ends it after the current block: then it tells how far it came, and returns
  /// false.
  bool write(Differences& differences, ByteView extras, std::size_t first);

  const Written& written() const noexcept { return writer_.written(); }

 private:
  bool put(std::span<const std::uint32_t> numbers, bool are_there);
  bool erase(ByteView keys);
  void append(EntryBlock& block, std::size_t number, bool is_there) const;
  Bytes kept_bits(std::size_t number) const;
  bool write(EntryBlock& block);

  Target& target_;
  const WantedEntries& wanted_;
  const ValueComparison& comparison_;
  BulkWriter writer_;
  std::size_t steps_ = 0;
};

}  // namespace mapctl::cli
