#include "cli/output/interrupt.hpp"

#include <initializer_list>

#include <csignal>

namespace mapctl::cli {

namespace {

volatile std::sig_atomic_t remembered = 0;

void remember(int signal) { remembered = signal; }

}  // namespace

void watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = SA_RESETHAND;  // without SA_RESTART
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaction(signal, &action, nullptr);
  // Makes a write beyond the file size limit fail instead of ending the process.
  std::signal(SIGXFSZ, SIG_IGN);
}

bool interrupted() { return remembered != 0; }

int interrupting_signal() { return remembered; }

}  // namespace mapctl::cli
