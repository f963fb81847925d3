#pragma once
// The rules of a packet filter as a live table, below what its verdicts count.

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/watch/entries_table.hpp"
#include "mapctl/filter/status.hpp"

namespace mapctl::cli {

class FilterTable final : public EntriesTable {
 public:
  /// The look at its rules must outlive it.
  FilterTable(FilterPins pins, MapLook& rules)
      : EntriesTable(rules), pins_(std::move(pins)), map_id_(rules.target().map.info().id) {}

  /// Returns true if these are no longer the filter's rules, because it was unloaded or made anew.
  bool look() override;
  /// A line for each verdict that packets met.
  std::vector<std::string> summary() const override;

 private:
  using Clock = std::chrono::steady_clock;

  bool is_current() const;

  FilterPins pins_;
  std::uint32_t map_id_;
  VerdictTotals before_{};
  VerdictTotals now_{};
  std::optional<Clock::time_point> time_{};
  double seconds_ = 0;  ///< between the last two looks; 0: there was one
};

}  // namespace mapctl::cli
