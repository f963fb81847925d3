#include "cli/watch/show.hpp"

#include <fmt/format.h>

#include <ctime>
#include <utility>

#include "cli/output/interrupt.hpp"
#include "cli/session/report.hpp"
#include "cli/watch/live_view.hpp"

namespace mapctl::cli {

namespace {

std::string clock_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  return fmt::format("{:02}:{:02}:{:02}", parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

WatchEnd show_on_screen(Pace pace, LiveTable& table, Selection selection,
                        const std::string& instead) {
  LiveView view(table, std::move(selection));
  Screen screen(instead);
  const Quiet quiet(true);  // a note would be written over the screen
  while (!interrupted() && !view.is_over()) {
    if (pace.is_due() && !view.is_paused()) {
      if (table.look()) return WatchEnd::fulfilled;
      pace.looked();
    }
    if (pace.is_over()) return WatchEnd::over;
    screen.draw(view.lines(screen.size(), clock_text()));
    view.take(screen.wait(view.is_paused() ? pace.pause() : pace.wait()));
  }
  return WatchEnd::stopped;
}

}  // namespace mapctl::cli
