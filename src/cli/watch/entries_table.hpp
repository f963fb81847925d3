#pragma once
// The entries of a map as a live table.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/watch/live_table.hpp"
#include "cli/watch/map_look.hpp"

namespace mapctl::cli {

/// Values of all CPUs are added up, unless their types are unknown.
class EntriesTable : public LiveTable {
 public:
  /// The look must outlive it.
  explicit EntriesTable(MapLook& look);
  ~EntriesTable() override;

  bool look() override;
  std::string title() const override;
  std::vector<std::string> columns() const override;
  void check(const Selection& selection) const override;
  std::vector<LiveRow> rows(const LiveChoice& choice) override;
  std::size_t count(const LiveChoice& choice) override;

 private:
  using Clock = std::chrono::steady_clock;
  class Cells;

  void select(const LiveChoice& choice, Selector& selector);
  ByteView summed(ByteView value);
  std::vector<LiveRow> rows_of(const Looks::Entry& entry);

  MapLook& look_;
  std::optional<CpuSum> sum_{};
  Schema fields_;
  Bytes added_{};
  std::unique_ptr<Cells> cells_;
  Clock::time_point time_{};
  double seconds_ = 0;  ///< between the last two looks
};

}  // namespace mapctl::cli
