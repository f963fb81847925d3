#include "cli/session/confirm.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <optional>
#include <string>

#include "cli/output/interrupt.hpp"

namespace mapctl::cli {

namespace {

/// Uses a clock that continues while the machine or the process sleeps.
class Deadline {
 public:
  explicit Deadline(std::chrono::nanoseconds limit) : end_(now() + limit) {}

  std::chrono::nanoseconds left() const { return end_ - now(); }
  bool has_passed() const { return left() <= std::chrono::nanoseconds::zero(); }

 private:
  static std::chrono::nanoseconds now() {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }

  std::chrono::nanoseconds end_;
};

/// While it exists, signals are delivered only during a wait, so that none is missed between the
/// check and the wait.
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

/// Reads available bytes into the line. Returns the answer once the line is complete or cannot be.
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

/// Returns nothing once the descriptor is ready, else the answer for the reason.
std::optional<Answer> wait_for(int descriptor, short event, const Deadline& deadline,
                               const HeldSignals& held) {
  while (!interrupted()) {
    if (deadline.has_passed()) return Answer::late;
    const timespec time = as_timespec(deadline.left());
    pollfd polled{.fd = descriptor, .events = event, .revents = 0};
    const int ready = ppoll(&polled, 1, &time, &held.before());
    if (ready < 0 && errno != EINTR) return Answer::none;
    if (ready > 0 && !interrupted()) return std::nullopt;
  }
  return Answer::signal;
}

/// Writes byte by byte, because a ready descriptor has room for at least one byte, and more could
/// block. If nobody can read the question, nobody answers.
std::optional<Answer> show(const std::string& question, const Deadline& deadline,
                           const HeldSignals& held) {
  for (std::size_t done = 0; done < question.size();) {
    if (const std::optional<Answer> end = wait_for(STDERR_FILENO, POLLOUT, deadline, held))
      return end;
    if (write(STDERR_FILENO, &question[done], 1) == 1)
      ++done;
    else if (errno != EINTR && errno != EAGAIN)
      break;
  }
  return std::nullopt;
}

}  // namespace

void confirm(const Session& session, const std::string& action, const std::string& consequence,
             Exit without_terminal) {
  if (session.yes) return;
  if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0)
    throw Failed({without_terminal == Exit::usage ? "usage" : "busy",
                  without_terminal,
                  fmt::format("will not {} without being sure: {}", action, consequence),
                  {},
                  {"add --yes"}});
  if (session.only_check) return;
  const std::string question =
      question_line(fmt::format("{}: {}. Go on? [y/N]", action, consequence));
  std::fwrite(question.data(), 1, question.size(), stderr);
  std::optional<Answer> answer;
  for (std::string line; !answer && !interrupted();) answer = read_some(line);
  if (!answer)
    throw Failed(
        {"interrupted", Exit::interrupted, fmt::format("did not {}: interrupted", action)});
  if (answer != Answer::yes)
    throw Failed({"declined", Exit::no, fmt::format("did not {}: the answer was no", action)});
}

void prepare_for_answer() {
  watch_interrupts();
  for (const int signal : {SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE}) std::signal(signal, SIG_IGN);
}

Answer ask(const std::string& question, std::chrono::milliseconds limit) {
  const HeldSignals held;
  const Deadline deadline(limit);
  tcflush(STDIN_FILENO, TCIFLUSH);
  if (const std::optional<Answer> end = show(question, deadline, held)) return *end;
  for (std::string line;;) {
    if (const std::optional<Answer> end = wait_for(STDIN_FILENO, POLLIN, deadline, held))
      return *end;
    // A process that was stopped may read an answer after the deadline.
    if (const std::optional<Answer> answer = read_some(line))
      return deadline.has_passed() ? Answer::late : *answer;
  }
}

}  // namespace mapctl::cli
