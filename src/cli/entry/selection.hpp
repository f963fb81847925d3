#pragma once
// Selects and orders entries of a map: --where, --sort and --limit.

#include <functional>
#include <memory>

#include "cli/naming/target.hpp"
#include "cli/options/option.hpp"
#include "mapctl/text/expression.hpp"

namespace mapctl::cli {

/// The entries to print and their order.
struct Selection {
  std::vector<std::string> where{};  ///< expressions that all have to be true
  std::string sort{};                ///< a field; a leading dash sorts the largest first
  std::optional<std::uint32_t> limit{};

  bool is_everything() const { return where.empty() && sort.empty() && !limit; }
};

template <auto... Path>
constexpr Option select_where() {
  return option<Path..., &Selection::where>(
      "--where", ValueKind::expression,
      "only entries for which this holds: 'packets > 100 and action = drop'");
}

/// The part of the map that a command is about: Session::within() takes it.
template <auto... Path>
constexpr Option part_where() {
  return option<Path...>("--where", ValueKind::expression,
                         "as if the map had only entries for which this holds: 'list = 7'");
}

template <auto... Path>
constexpr Option select_sort() {
  return option<Path..., &Selection::sort>(
      "--sort", ValueKind::field, "in the order of this field; -FIELD for the largest first");
}

template <auto... Path>
constexpr Option select_limit() {
  return number<Path..., &Selection::limit>("--limit", "at most that many entries").from(1);
}

/// Stores entries in order to print them sorted.
class SortedEntries;

class Selector {
 public:
  using Print = std::function<void(ByteView key, ByteView value)>;

  /// Throws BadInput if the options do not fit the schema. `print` receives the selected entries,
  /// at once or, with a sort, at the end.
  Selector(const Selection& selection, const Schema& schema, Print print);
  ~Selector();
  Selector(const Selector&) = delete;
  Selector& operator=(const Selector&) = delete;

  /// Returns false if no more entries are wanted.
  bool take(ByteView key, ByteView value);

  /// Call it after the last entry.
  void finish();

  /// Returns true if take() has wanted all entries.
  bool was_all() const noexcept { return !is_full_; }

 private:
  std::optional<Expression> where_;
  std::unique_ptr<SortedEntries> sorted_;
  std::optional<std::uint32_t> left_;  ///< entries that may still be printed
  bool is_full_ = false;
  Print print_;
};

}  // namespace mapctl::cli
