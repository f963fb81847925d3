#include "cli/watch/screen.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "cli/output/interrupt.hpp"
#include "cli/output/stream.hpp"
#include "cli/output/text_width.hpp"
#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

constexpr int terminal = STDOUT_FILENO;

// The alternate screen, without a cursor, where long lines do not wrap.
constexpr std::string_view enter_sequence = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
constexpr std::string_view leave_sequence = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

// What handlers of signals need. These and write(), tcsetattr() and raise() are allowed there.
termios usual_mode{};
volatile std::sig_atomic_t is_screen = 0;
volatile std::sig_atomic_t wants_stop = 0;
volatile std::sig_atomic_t is_stale = 0;  ///< it was continued, or has another size
void (*remember_interrupt)(int) = nullptr;

/// What a terminal that is gone does not take does not matter.
void tell_terminal(std::string_view sequence) {
  [[maybe_unused]] const ssize_t written = ::write(terminal, sequence.data(), sequence.size());
}

void enter() {
  termios mode = usual_mode;
  mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // Ctrl-C and Ctrl-Z stay signals
  mode.c_iflag &= ~static_cast<tcflag_t>(IXON);
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  ::tcsetattr(terminal, TCSANOW, &mode);
  tell_terminal(enter_sequence);
  is_screen = 1;
}

void leave() {
  if (is_screen == 0) return;
  is_screen = 0;
  tell_terminal(leave_sequence);
  ::tcsetattr(terminal, TCSANOW, &usual_mode);
}

/// Keys are read from the same terminal, so that standard input may be something else.
int keyboard() {
  return (::fcntl(terminal, F_GETFL) & O_ACCMODE) == O_RDWR ? terminal : STDIN_FILENO;
}

void raise_as_usual(int signal) {
  ::signal(signal, SIG_DFL);
  sigset_t only{};
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::raise(signal);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
}

void end_process(int signal) {
  leave();
  raise_as_usual(signal);
}

/// The first interrupt is for the command, the second one ends the process.
void on_interrupt(int signal) { interrupted() ? end_process(signal) : remember_interrupt(signal); }

void note_signal(int signal) { (signal == SIGTSTP ? wants_stop : is_stale) = 1; }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;  // without SA_RESTART
  ::sigaction(signal, &action, nullptr);
}

constexpr std::array interrupts{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr std::array deadly{SIGSEGV, SIGBUS,  SIGABRT, SIGFPE,  SIGILL,
                            SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU};
constexpr std::array noted{SIGTSTP, SIGCONT, SIGWINCH};

void handle_signals() {
  watch_interrupts();
  for (const int signal : interrupts) {
    struct sigaction watched {};
    ::sigaction(signal, nullptr, &watched);
    if (watched.sa_handler == SIG_IGN) continue;
    if (watched.sa_handler != on_interrupt) remember_interrupt = watched.sa_handler;
    handle(signal, on_interrupt);
  }
  for (const int signal : deadly) handle(signal, end_process);
  for (const int signal : noted) handle(signal, note_signal);
}

/// Gives the terminal back to the shell until the process is continued.
void stop_process() {
  wants_stop = 0;
  leave();
  raise_as_usual(SIGTSTP);
  handle(SIGTSTP, note_signal);
  is_stale = 1;
}

std::string_view sequence_of(Style style, bool has_colors) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::reverse:
      return "\x1b[7m";
    case Style::changed:
      return has_colors ? "\x1b[1;33m" : "\x1b[1m";
    case Style::added:
      return has_colors ? "\x1b[32m" : "\x1b[1m";
    case Style::removed:
      return has_colors ? "\x1b[31m" : "\x1b[2m";
  }
  return "";
}

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

struct NamedKey {
  std::string_view sequence;
  Key key;
};

constexpr NamedKey named_keys[] = {
    {"\x1b[A", Key::up},         {"\x1b[B", Key::down}, {"\x1b[C", Key::right},
    {"\x1b[D", Key::left},       {"\x1bOA", Key::up},   {"\x1bOB", Key::down},
    {"\x1bOC", Key::right},      {"\x1bOD", Key::left}, {"\x1b[5~", Key::page_up},
    {"\x1b[6~", Key::page_down}, {"\x1b[H", Key::home}, {"\x1b[F", Key::end},
    {"\x1bOH", Key::home},       {"\x1bOF", Key::end},  {"\x1b[1~", Key::home},
    {"\x1b[4~", Key::end},       {"\n", Key::enter},    {"\r", Key::enter},
    {"\x7f", Key::backspace},    {"\b", Key::backspace}};

/// The bytes of an escape sequence at the beginning of the input; 0 if its end is not there yet.
std::size_t sequence_size(std::string_view input) {
  if (input.size() < 2) return 0;
  if (input[1] == 'O') return input.size() < 3 ? 0 : 3;
  if (input[1] != '[') return 1;
  for (std::size_t i = 2; i < input.size(); ++i)
    if (input[i] >= '@' && input[i] <= '~') return i + 1;
  return 0;
}

}  // namespace

KeyPress next_key(std::string_view& input, bool is_all) {
  if (input.empty()) return {};
  const auto take = [&](std::size_t size) {
    const std::string_view taken = input.substr(0, size);
    input.remove_prefix(taken.size());
    return taken;
  };
  for (const NamedKey& named : named_keys)
    if (input.starts_with(named.sequence)) return take(named.sequence.size()), KeyPress{named.key};
  if (input.front() == '\x1b') {
    const std::size_t size = sequence_size(input);
    if (size == 0 && !is_all) return {};
    return take(std::max<std::size_t>(size, 1)).size() == 1 ? KeyPress{Key::escape} : KeyPress{};
  }
  const std::string_view character = take(first_character(input).bytes.size());
  return is_printable(character) ? KeyPress{Key::text, character} : KeyPress{};
}

ScreenLine& ScreenLine::add(std::string_view text, Style style) {
  parts_.push_back({printable(text), style});
  width_ += width_of(parts_.back().text);
  return *this;
}

ScreenLine& ScreenLine::fill_to(std::size_t column, Style style) {
  if (column > width_) add(std::string(column - width_, ' '), style);
  return *this;
}

Screen::Screen(const std::string& instead) : has_colors_(!is_set("NO_COLOR")) {
  const char* const kind = std::getenv("TERM");
  const bool is_dumb = !is_set("TERM") || std::string_view{kind} == "dumb";
  if (is_dumb || ::tcgetattr(terminal, &usual_mode) != 0)
    throw usage_error(fmt::format("this terminal is no screen: TERM is '{}'",
                                  kind == nullptr ? "" : excerpt(kind)),
                      {"print what changes as lines: " + instead});
  handle_signals();
  enter();
}

Screen::~Screen() {
  leave();
  for (const int signal : deadly) ::signal(signal, SIG_DFL);
  for (const int signal : noted) ::signal(signal, SIG_DFL);
}

Screen::Size Screen::size() const {
  winsize size{};
  if (::ioctl(terminal, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return {80, 24};
  return {size.ws_col, size.ws_row};
}

void Screen::draw(std::span<const ScreenLine> lines) {
  const Size space = size();
  Stream stream(terminal);
  std::string& out = stream.buffer();
  for (std::size_t row = 0; row < space.rows; ++row) {
    out += fmt::format("\x1b[{};1H", row + 1);
    std::size_t left = space.columns;
    if (row < lines.size())
      for (const ScreenLine::Part& part : lines[row].parts()) {
        const std::string_view shown = beginning(part.text, left);
        left -= width_of(shown);
        out += sequence_of(part.style, has_colors_);
        out += shown;
        if (part.style != Style::plain) out += "\x1b[0m";
      }
    if (left > 0) out += "\x1b[K";
  }
  stream.flush();
}

KeyPress Screen::take_key(bool is_all) {
  KeyPress press;
  do press = next_key(rest_, is_all);
  while (press.key == Key::none && is_all && !rest_.empty());
  return press;
}

KeyPress Screen::wait(std::chrono::milliseconds most) {
  if (const KeyPress press = take_key(false); press.key != Key::none) return press;
  if (!rest_.empty()) most = std::min(most, std::chrono::milliseconds{50});
  input_ = std::string{rest_};
  rest_ = input_;

  // Signals come only while poll waits, so that none is missed just before.
  sigset_t all{};
  sigset_t usual{};
  ::sigfillset(&all);
  ::sigprocmask(SIG_BLOCK, &all, &usual);
  pollfd readable{.fd = keyboard(), .events = POLLIN, .revents = 0};
  const timespec time{.tv_sec = most.count() / 1000, .tv_nsec = most.count() % 1000 * 1'000'000};
  const bool must_wait = !interrupted() && wants_stop == 0 && is_stale == 0;
  const int ready = must_wait ? ::ppoll(&readable, 1, &time, &usual) : 0;
  ::sigprocmask(SIG_SETMASK, &usual, nullptr);

  if (wants_stop != 0) stop_process();
  if (std::exchange(is_stale, 0) != 0 && !interrupted()) enter();
  if (ready < 0) return {};
  if (ready == 0) return take_key(true);
  char typed[256];
  const ssize_t count = ::read(keyboard(), typed, sizeof typed);
  if (count < 0 && errno == EINTR) return {};
  if (count <= 0) return {Key::hang_up};
  input_.append(typed, static_cast<std::size_t>(count));
  rest_ = input_;
  return take_key(false);
}

}  // namespace mapctl::cli
