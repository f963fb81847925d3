#pragma once
// What a screen shows that is looked at again and again.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/entry/looks.hpp"
#include "cli/entry/selection.hpp"

namespace mapctl::cli {

struct LiveCell {
  std::string text;
  bool is_number = false;
  bool is_changed = false;
  std::optional<double> rate{};  ///< how much the number grows in a second
};

struct LiveRow {
  Change change = Change::none;
  std::vector<LiveCell> cells;
};

/// The rows to show.
struct LiveChoice {
  Selection selection{};
  bool only_changes = false;
  std::size_t first = 0;  ///< so many that are selected are passed over
  std::size_t most = 1;   ///< at least 1
};

class LiveTable {
 public:
  virtual ~LiveTable() = default;

  /// Looks again. Returns true if nobody has to wait any longer: see --until.
  virtual bool look() = 0;
  /// What it is and how much of it there is, in one line.
  virtual std::string title() const = 0;
  /// More of it, in the lines below.
  virtual std::vector<std::string> summary() const { return {}; }
  /// The names of the columns, which are fields for `--sort` and `--where` if check() takes them.
  virtual std::vector<std::string> columns() const = 0;
  /// Throws BadInput if the selection does not fit the table.
  virtual void check(const Selection& selection) const = 0;
  /// The rows of the last look. Memory is needed only for those that are returned.
  virtual std::vector<LiveRow> rows(const LiveChoice& choice) = 0;
  /// How many rows a choice could show, wherever it begins.
  virtual std::size_t count(const LiveChoice& choice) = 0;
};

/// The limit for selecting the rows of a choice.
inline Selection within(const LiveChoice& choice) {
  Selection selection = choice.selection;
  const std::size_t end = choice.first + choice.most;
  if (!selection.limit || *selection.limit > end) selection.limit = static_cast<std::uint32_t>(end);
  return selection;
}

}  // namespace mapctl::cli
