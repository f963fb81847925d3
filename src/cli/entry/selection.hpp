#pragma once
// What --where, --sort and --limit leave of a map's entries.

#include <functional>
#include <memory>

#include "cli/naming/target.hpp"
#include "cli/options/commands.hpp"
#include "mapctl/text/expression.hpp"

namespace mapctl::cli {

/// Entries that are kept to be printed in another order than they come in.
class SortedEntries;

class Selector {
 public:
  using Print = std::function<void(ByteView key, ByteView value)>;

  /// Throws BadInput where the options do not fit entries of that schema. `print` gets
  /// what is selected, at once or, where it is sorted, at the end.
  Selector(const Selection& selection, const Schema& schema, Print print);
  ~Selector();
  Selector(const Selector&) = delete;
  Selector& operator=(const Selector&) = delete;

  /// False: no more entries are wanted.
  bool take(ByteView key, ByteView value);

  /// After the last entry.
  void finish();

  /// Whether take() has wanted them all.
  bool was_all() const noexcept { return !is_full_; }

 private:
  std::optional<Expression> where_;
  std::unique_ptr<SortedEntries> sorted_;
  std::optional<std::uint32_t> left_;  ///< entries that may still be printed
  bool is_full_ = false;
  Print print_;
};

/// The types that the constants in --where are read as. Where they are not known, but the
/// map has some, only bytes are what they seem.
Schema selectable(const Target& target);

}  // namespace mapctl::cli
