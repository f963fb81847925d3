#pragma once
// All maps as a live table: how full they are, and how fast they grow.

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/entry/map_row.hpp"
#include "cli/watch/live_table.hpp"

namespace mapctl::cli {

/// A map at the last look, and what changed since the one before.
struct MapGrowth {
  MapRow now;
  Change change = Change::none;
  std::optional<double> entries_rate{};  ///< in a second, if they changed
  std::optional<double> memory_rate{};

  /// The seconds until it is full if it goes on so; nothing if it does not grow.
  std::optional<double> full_in() const;
};

/// Looks at all maps that the caller can see.
class MapsLook {
 public:
  /// Only maps for which `where` holds. Throws BadInput.
  MapsLook(const std::vector<std::string>& where, const std::vector<std::string>& until);

  /// Returns true if `until` holds for a map.
  bool look();
  /// In the order of their ids. Those that are gone are there once more.
  const std::vector<MapGrowth>& maps() const noexcept { return maps_; }

 private:
  using Clock = std::chrono::steady_clock;

  MapGrowth compared(MapRow now, double seconds) const;

  std::optional<Expression> where_{};
  std::optional<Expression> until_{};
  std::vector<MapGrowth> maps_;
  std::map<std::uint32_t, MapRow> last_;
  std::optional<Clock::time_point> time_{};
};

class MapsTable final : public LiveTable {
 public:
  /// The look must outlive it.
  explicit MapsTable(MapsLook& look) : look_(look) {}

  bool look() override { return look_.look(); }
  std::string title() const override;
  std::vector<std::string> columns() const override;
  void check(const Selection& selection) const override;
  std::vector<LiveRow> rows(const LiveChoice& choice) override;
  std::size_t count(const LiveChoice& choice) override;

 private:
  void select(const Selection& selection, bool only_changes,
              const std::function<void(const MapGrowth&)>& each) const;

  MapsLook& look_;
};

/// `4 min`, for people.
std::string about(double seconds);

}  // namespace mapctl::cli
