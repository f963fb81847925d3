#pragma once
// What --where, --sort and --limit leave of a map's entries.

#include <functional>
#include <memory>

#include "cli/naming/target.hpp"
#include "cli/options/option.hpp"
#include "mapctl/text/expression.hpp"

namespace mapctl::cli {

/// Which entries to print, and in which order.
struct Selection {
  std::vector<std::string> where{};  ///< expressions that all have to hold
  std::string sort{};                ///< a field, with a dash in front for the largest first
  std::optional<std::uint32_t> limit{};

  bool is_everything() const { return where.empty() && sort.empty() && !limit; }
};

template <auto... Path>
constexpr Option select_where() {
  return option<Path..., &Selection::where>(
      "--where", ValueKind::expression,
      "only entries for which this holds: 'packets > 100 and action = drop'");
}

template <auto... Path>
constexpr Option select_sort() {
  return option<Path..., &Selection::sort>(
      "--sort", ValueKind::field, "in the order of this field; -FIELD for the largest first");
}

template <auto... Path>
constexpr Option select_limit() {
  return number<Path..., &Selection::limit>("--limit", 1, "at most that many entries");
}

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
