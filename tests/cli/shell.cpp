#include "shell.hpp"

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

[[noreturn]] void become_shell(const std::string& line, int out, int err) {
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  const std::string path = std::string{MAPCTL_BINARY_DIR} + ":/usr/sbin:/usr/bin:/sbin:/bin";
  setenv("PATH", path.c_str(), 1);
  execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
  _exit(127);
}

}  // namespace

Outcome sh(const std::string& line) {
  const int out = memfd_create("out", MFD_CLOEXEC);
  const int err = memfd_create("err", MFD_CLOEXEC);
  const pid_t child = fork();
  if (child == 0) become_shell(line, out, err);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) throw std::runtime_error("cannot run sh");
  Outcome outcome{WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), contents(out),
                  contents(err)};
  close(out);
  close(err);
  return outcome;
}

std::ostream& operator<<(std::ostream& os, const Outcome& outcome) {
  return os << "exit " << outcome.exit << "\nstdout: " << outcome.out
            << "\nstderr: " << outcome.err;
}

}  // namespace mapctl::test
