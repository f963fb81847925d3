#include "cli/feed/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "cli/output/interrupt.hpp"
#include "cli/session/failure.hpp"

namespace mapctl::cli {

namespace {

/// A longer line can only be a mistake; etcd sends up to 14 MB.
constexpr std::size_t longest_line = std::size_t{256} * 1024 * 1024;

struct Pipe {
  Fd read;
  Fd write;

  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
      throw Failed(
          {"system", Exit::internal, fmt::format("cannot make a pipe: {}", std::strerror(errno))});
    read = Fd(ends[0]);
    write = Fd(ends[1]);
  }
};

/// Runs in the child; only what is allowed between fork and exec in a program with one thread.
[[noreturn]] void become(const std::vector<std::string>& words,
                         const Child::Environment& environment, const Pipe& in, const Pipe& out,
                         const Pipe& err, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it ended before that call
  ::setpgid(0, 0);
  ::dup2(in.read.get(), STDIN_FILENO);
  ::dup2(out.write.get(), STDOUT_FILENO);
  ::dup2(err.write.get(), STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::dprintf(STDERR_FILENO, "cannot run %s: %s\n", arguments[0], std::strerror(errno));
  ::_exit(127);
}

void make_nonblocking(const Fd& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

}  // namespace

LineReader::LineReader(Fd fd) : fd_(std::move(fd)) { make_nonblocking(fd_); }

bool LineReader::read_more() {
  constexpr std::size_t block = 64 * 1024;
  buffer_.erase(0, at_);
  searched_ -= std::exchange(at_, 0);
  const std::size_t size = buffer_.size();
  buffer_.resize(size + block);
  const ssize_t count = ::read(fd_.get(), buffer_.data() + size, block);
  const int error = errno;
  buffer_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count < 0 && (error == EAGAIN || error == EINTR)) return false;
  if (count <= 0 || size > longest_line) fd_ = Fd{};
  return !has_ended();
}

std::optional<std::string_view> LineReader::next() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched_);
    if (end != std::string::npos) {
      const std::string_view line(buffer_.data() + at_, end - at_);
      at_ = searched_ = end + 1;
      return line;
    }
    searched_ = buffer_.size();
    if (has_ended() || !read_more()) return std::nullopt;
  }
}

Child::Child(const std::vector<std::string>& words, const Environment& environment) {
  Pipe in;
  Pipe out;
  Pipe err;
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0)
    throw Failed({"system", Exit::internal,
                  fmt::format("cannot run {}: {}", words[0], std::strerror(errno))});
  if (pid_ == 0) become(words, environment, in, out, err, parent);
  ::setpgid(pid_, pid_);
  ::signal(SIGPIPE, SIG_IGN);
  in_ = std::move(in.write);
  make_nonblocking(in_);
  out_ = LineReader(std::move(out.read));
  err_ = LineReader(std::move(err.read));
}

Child::~Child() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

std::vector<int> Child::readable() const {
  std::vector<int> fds;
  for (const LineReader* reader : {&out_, &err_})
    if (!reader->has_ended()) fds.push_back(reader->fd());
  return fds;
}

void Child::read_messages() {
  while (const auto line = err_.next())
    if (!line->empty()) message_ = *line;
}

std::optional<std::string_view> Child::next_line(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    read_messages();
    if (const auto line = out_.next()) return line;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (out_.has_ended() || left.count() <= 0) return std::nullopt;
    pollfd fds[2] = {{out_.fd(), POLLIN, 0}, {err_.fd(), POLLIN, 0}};
    if (::poll(fds, 2, static_cast<int>(left.count())) < 0 && interrupted()) return std::nullopt;
  }
}

void Child::write(std::string_view text) {
  // A pipe holds 64 KiB, and what is written is a few lines.
  if (::write(in_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    out_ = LineReader{};
}

int Child::status() {
  for (read_messages(); !err_.has_ended(); read_messages()) {
    pollfd fd{err_.fd(), POLLIN, 0};
    if (::poll(&fd, 1, 1000) <= 0) break;
  }
  int status = 0;
  const pid_t pid = std::exchange(pid_, -1);
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace mapctl::cli
