#pragma once
// Handles Ctrl-C for commands that have to finish their work first.

namespace mapctl::cli {

/// After this call, the first SIGINT, SIGTERM, SIGHUP or SIGQUIT is recorded and interrupts a
/// blocking system call; it does not end the process. The second one does. A signal that was
/// ignored when mapctl was started, as by nohup, stays ignored.
void watch_interrupts();

bool interrupted();
/// The first such signal; 0 if there was none.
int interrupting_signal();

}  // namespace mapctl::cli
