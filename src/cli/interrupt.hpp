#pragma once
// Ctrl-C, for commands that end what they are doing first.

namespace mapctl::cli {

/// From now on SIGINT and SIGTERM do not end the process: they interrupt a
/// system call that waits, and are remembered.
void watch_interrupts();

bool interrupted();

}  // namespace mapctl::cli
