#include "cli/watch/filter_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/output/output.hpp"
#include "cli/watch/live_view.hpp"

namespace mapctl::cli {

bool FilterTable::is_current() const try {
  return Map::open(pins_.rules(), Access::read_only).info().id == map_id_;
} catch (const Error&) {
  return false;
}

bool FilterTable::look() {
  if (!is_current()) return true;
  const Clock::time_point now = Clock::now();
  seconds_ = time_ ? std::chrono::duration<double>(now - *time_).count() : 0;
  time_ = now;
  before_ = std::exchange(now_, sum(verdict_totals(pins_)));
  return EntriesTable::look();
}

std::vector<std::string> FilterTable::summary() const {
  std::vector<std::string> lines;
  std::size_t name_width = 0;
  std::size_t packets_width = 0;
  for (std::size_t i = 0; i < filter_verdict_count; ++i) {
    name_width = std::max(name_width, name(static_cast<FilterVerdict>(i)).size());
    packets_width = std::max(packets_width, fmt::format_int(now_[i].packets).size());
  }
  for (std::size_t i = 0; i < filter_verdict_count; ++i) {
    if (now_[i].packets == 0) continue;
    const auto verdict = static_cast<FilterVerdict>(i);
    std::string line = fmt::format("{}  {:{}}  {:>{}} packets", drops(verdict) ? "drop" : "pass",
                                   name(verdict), name_width, now_[i].packets, packets_width);
    const std::uint64_t more = now_[i].packets - std::min(now_[i].packets, before_[i].packets);
    if (seconds_ > 0 && more > 0)
      line += fmt::format("  {}", rate_text(static_cast<double>(more) / seconds_));
    lines.push_back(line + fmt::format("  {}", human_size(now_[i].bytes)));
  }
  return lines;
}

}  // namespace mapctl::cli
