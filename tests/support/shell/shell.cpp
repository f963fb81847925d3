#include "support/shell/shell.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace mapctl::test {

namespace {

std::string contents(int fd) {
  std::string text(static_cast<std::size_t>(lseek(fd, 0, SEEK_END)), '\0');
  if (pread(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("cannot read what the command printed");
  return text;
}

/// The environment of all commands. It is set before any thread runs.
const bool environment_is_set = [] {
  const std::string path = std::string{MAPCTL_BINARY_DIR} + ":/usr/sbin:/usr/bin:/sbin:/bin";
  setenv("PATH", path.c_str(), 1);
  setenv("SSH_CONNECTION", "", 1);  // also if these tests are run through an SSH connection
  return true;
}();

/// Allocates nothing, because another thread of the test may have held the heap's lock at the fork.
[[noreturn]] void become_shell(const std::string& line, int out, int err) {
  // Tests may run in the background, where a shell ignores them.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(signal, SIG_DFL);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
  _exit(127);
}

}  // namespace

Background::Background(const std::string& line)
    : out_(memfd_create("out", MFD_CLOEXEC)), err_(memfd_create("err", MFD_CLOEXEC)), pid_(fork()) {
  if (pid_ == 0) become_shell(line, out_, err_);
  if (pid_ < 0) throw std::runtime_error("cannot run sh");
}

Background::~Background() {
  if (pid_ != 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(out_);
  close(err_);
}

bool Background::is_running() const {
  siginfo_t end{};
  const auto id = static_cast<id_t>(pid_);
  return pid_ != 0 && waitid(P_PID, id, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid == 0;
}

std::string Background::capabilities() const {
  return sh("grep Cap /proc/" + std::to_string(pid_) + "/status").out;
}

std::string capabilities_alone(std::uint64_t mask) {
  return fmt::format(
      "CapInh:\t{0:016x}\nCapPrm:\t{1:016x}\nCapEff:\t{1:016x}\nCapBnd:\t{0:016x}\n"
      "CapAmb:\t{0:016x}\n",
      0, mask);
}

Outcome Background::outcome() {
  int status = 0;
  if (waitpid(pid_, &status, 0) != pid_) throw std::runtime_error("cannot wait for sh");
  pid_ = 0;
  return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), contents(out_),
          contents(err_)};
}

Outcome Background::interrupt() {
  kill(pid_, SIGINT);
  return outcome();
}

Outcome sh(const std::string& line) { return Background(line).outcome(); }

std::ostream& operator<<(std::ostream& os, const Outcome& outcome) {
  return os << "exit " << outcome.exit << "\nstdout: " << outcome.out
            << "\nstderr: " << outcome.err;
}

}  // namespace mapctl::test
