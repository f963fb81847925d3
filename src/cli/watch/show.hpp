#pragma once
// Shows a live table on the whole terminal.

#include <string>

#include "cli/entry/selection.hpp"
#include "cli/watch/live_table.hpp"
#include "cli/watch/pace.hpp"

namespace mapctl::cli {

/// Why the looks came to an end.
enum class WatchEnd { over, stopped, fulfilled, reader_gone };

/// Looks and draws until somebody quits. `instead`: a command for terminals without a screen.
WatchEnd show_on_screen(Pace pace, LiveTable& table, Selection selection,
                        const std::string& instead);

}  // namespace mapctl::cli
