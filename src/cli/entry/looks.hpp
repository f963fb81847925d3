#pragma once
// Looks at a map again and again, and tells what changed between two looks.

#include <functional>
#include <optional>
#include <vector>

#include "cli/entry/entry.hpp"
#include "map/walk/key_set.hpp"

namespace mapctl::cli {

enum class Change { added, changed, removed };

/// Remembers the entries of the last look: each takes its key, its value and 20 to 36 bytes.
class Looks {
 public:
  /// `old` is empty for a new entry, `value` for one that is gone.
  using Tell = std::function<void(Change change, ByteView key, std::optional<ByteView> old,
                                  std::optional<ByteView> value)>;
  using Each = std::function<void(ByteView key, ByteView value)>;

  /// Without keys, all entries are looked at. The target must outlive it.
  Looks(const Target& target, std::vector<Encoded> keys);

  /// Calls `each` for every entry that is there, and `tell` for what changed since the last look;
  /// the first look has nothing to tell. An entry that is removed and put again between two looks
  /// is not noticed.
  void look(const Each& each, const Tell& tell);

 private:
  void take(ByteView key, ByteView value, const Tell& tell);
  void tell_removed(const Tell& tell);
  void forget_removed();
  ByteSpan value(std::size_t number);

  const Target& target_;
  std::vector<Encoded> wanted_;
  KeySet keys_;
  Bytes values_;
  std::vector<std::uint32_t> seen_;  ///< for each key, the last look that saw it; 0: it is gone
  std::uint32_t look_ = 0;
  std::size_t removed_ = 0;
};

}  // namespace mapctl::cli
