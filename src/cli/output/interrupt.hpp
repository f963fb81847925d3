#pragma once
// Ctrl-C, for commands that end what they are doing first.

namespace mapctl::cli {

/// From now on the first SIGINT, SIGTERM, SIGHUP or SIGQUIT does not end the process: it interrupts
/// a system call that waits, and is remembered. The second one ends it.
void watch_interrupts();

bool interrupted();
/// The signal that did it; 0 while none has.
int interrupting_signal();

}  // namespace mapctl::cli
