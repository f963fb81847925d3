#include "output/stream.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace mapctl::cli {

Stream::Stream(int fd) : fd_(fd) { buffer_.reserve(block + block / 4); }

bool Stream::is_terminal() const noexcept { return isatty(fd_) != 0; }

void Stream::flush() {
  is_half_written_ = false;  // where a write fails, none follows
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = write(fd_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw OutputFailed(errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  is_half_written_ = true;
}

void Stream::finish() {
  flush();
  // Of a duplicate: other commands of a batch may still write.
  const int copy = fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0 || (close(copy) != 0 && errno != EINTR)) throw OutputFailed(errno);
}

}  // namespace mapctl::cli
