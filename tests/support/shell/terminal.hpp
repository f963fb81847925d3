#pragma once
// Runs the real binary on a terminal.

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "mapctl/fd.hpp"

namespace mapctl::test {

/// A command on its own terminal, in its own session.
class OnTerminal {
 public:
  explicit OnTerminal(const std::string& line) {
    int terminal = -1;
    pid_ = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (pid_ == 0) {
      ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      ::_exit(127);
    }
    terminal_ = Fd(terminal);
  }
  ~OnTerminal() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  /// The output so far, after a short wait for more.
  const std::string& seen() {
    pollfd readable{.fd = terminal_.get(), .events = POLLIN, .revents = 0};
    char text[4096];
    while (::poll(&readable, 1, 20) > 0) {
      const ssize_t count = ::read(terminal_.get(), text, sizeof text);
      has_ended_ = count <= 0;
      if (has_ended_) break;
      seen_.append(text, static_cast<std::size_t>(count));
    }
    return seen_;
  }
  /// Waits until the command shows that text; returns false if it ends before.
  bool shows(const std::string& text) {
    while (seen().find(text) == std::string::npos)
      if (has_ended_) return false;
    return true;
  }
  void type(const std::string& text) {
    EXPECT_EQ(::write(terminal_.get(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }
  /// Closes the terminal, like a connection that breaks.
  void hang_up() { terminal_ = Fd{}; }
  void press_ctrl_c() { EXPECT_EQ(::write(terminal_.get(), "\x03", 1), 1); }
  pid_t pid() const noexcept { return pid_; }
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

 private:
  pid_t pid_ = -1;
  Fd terminal_{};
  std::string seen_;
  bool has_ended_ = false;
};

}  // namespace mapctl::test
