#include "cli/output/stream.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <string_view>

#include "cli/output/interrupt.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

/// Waits a moment for room in a pipe.
bool takes_more(int fd) {
  constexpr int patience_ms = 300;
  pollfd wanted{.fd = fd, .events = POLLOUT, .revents = 0};
  return poll(&wanted, 1, patience_ms) > 0;
}

/// The number of bytes to write now: after an interrupt, as many as a pipe takes without blocking,
/// since no other signal would end a write that blocks.
std::size_t portion(int fd, std::size_t size) {
  if (!interrupted()) return size;
  if (!takes_more(fd)) throw OutputFailed{EINTR};
  return std::min<std::size_t>(size, PIPE_BUF);
}

}  // namespace

Stream::Stream(int fd) : fd_(fd) { buffer_.reserve(block + block / 4); }

bool Stream::is_terminal() const noexcept { return isatty(fd_) != 0; }

std::optional<std::size_t> Stream::terminal_width() const {
  if (!is_terminal()) return std::nullopt;
  const char* const columns = std::getenv("COLUMNS");
  const auto wanted = whole_number(columns == nullptr ? "" : columns);
  if (wanted && *wanted > 0) return *wanted;
  winsize size{};
  if (ioctl(fd_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

void Stream::flush() {
  is_half_written_ = false;  // after a failed write, no other follows
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = write(fd_, rest.data(), portion(fd_, rest.size()));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {  // somebody made the pipe non-blocking
      takes_more(fd_);
      continue;
    }
    if (written < 0) throw OutputFailed{errno};
    rest.remove_prefix(static_cast<std::size_t>(written));
    written_ += static_cast<std::size_t>(written);
  }
  buffer_.clear();
  is_half_written_ = true;
}

void Stream::finish() {
  flush();
  // Closes a duplicate, because other commands of a batch may still write.
  const int copy = fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0 || (close(copy) != 0 && errno != EINTR)) throw OutputFailed{errno};
}

}  // namespace mapctl::cli
