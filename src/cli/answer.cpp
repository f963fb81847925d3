#include "answer.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <string>

#include "interrupt.hpp"

namespace mapctl::cli {

namespace {

using Clock = std::chrono::steady_clock;

/// While it lives, signals come only where they are waited for: none slips in between looking
/// and waiting.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&held, signal);
    sigprocmask(SIG_BLOCK, &held, &before_);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

  const sigset_t& before() const noexcept { return before_; }

 private:
  sigset_t before_{};
};

timespec as_timespec(std::chrono::nanoseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  return {.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
}

Answer meaning_of(std::string line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  const bool is_yes = line == "yes" || line == "y" || line == "Yes" || line == "Y" || line == "YES";
  return is_yes ? Answer::yes : Answer::no;
}

/// Adds what there is to the line; an answer once the line is whole or can never be.
std::optional<Answer> read_some(std::string& line) {
  constexpr std::size_t longest = 256;
  char buffer[longest];
  const ssize_t count = read(STDIN_FILENO, buffer, sizeof buffer);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return std::nullopt;
  if (count <= 0) return Answer::none;
  line.append(buffer, static_cast<std::size_t>(count));
  if (const std::size_t end = line.find('\n'); end != std::string::npos)
    return meaning_of(line.substr(0, end));
  if (line.size() > longest) return Answer::no;
  return std::nullopt;
}

}  // namespace

void prepare_for_answer() {
  watch_interrupts();
  for (const int signal : {SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE}) std::signal(signal, SIG_IGN);
}

void forget_typed() { tcflush(STDIN_FILENO, TCIFLUSH); }

Answer wait_for_answer(std::chrono::milliseconds limit) {
  const HeldSignals held;
  const Clock::time_point end = Clock::now() + limit;
  std::string line;
  while (!interrupted()) {
    const Clock::duration left = end - Clock::now();
    if (left <= Clock::duration::zero()) return Answer::late;
    const timespec time = as_timespec(left);
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    const int ready = ppoll(&input, 1, &time, &held.before());
    if (ready < 0 && errno != EINTR) return Answer::none;
    if (ready > 0 && !interrupted())
      if (const std::optional<Answer> answer = read_some(line)) return *answer;
  }
  return Answer::signal;
}

}  // namespace mapctl::cli
