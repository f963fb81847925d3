#include "cli/output/interrupt.hpp"

#include <initializer_list>

#include <csignal>

namespace mapctl::cli {

namespace {

volatile std::sig_atomic_t remembered = 0;

void remember(int signal) { remembered = signal; }

/// A signal that is ignored since before this process began, as by nohup, stays ignored.
bool is_ignored(int signal) {
  struct sigaction current {};
  return sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

}  // namespace

void watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // without SA_RESTART
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
    if (!is_ignored(signal)) sigaction(signal, &action, nullptr);
}

bool interrupted() { return remembered != 0; }

int interrupting_signal() { return remembered; }

}  // namespace mapctl::cli
