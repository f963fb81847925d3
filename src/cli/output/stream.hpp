#pragma once
// Standard output, buffered, with every write checked.

#include <cstdint>
#include <string>

namespace mapctl::cli {

/// Collects bytes and writes them to a descriptor in blocks of about 64 KiB.
/// Throws OutputFailed when a write fails; what is still buffered when the
/// stream is destroyed without finish() is not written.
class Stream {
 public:
  explicit Stream(int fd);

  std::string& buffer() noexcept { return buffer_; }
  bool is_terminal() const noexcept;

  /// Writes the buffer out once it is large enough; call it after each row.
  void row_done() {
    if (buffer_.size() >= block) flush();
  }
  /// An interrupt that comes while nobody reads fails with EINTR: see watch_interrupts().
  void flush();

  /// Bytes that have reached the descriptor, also those before a write that failed.
  std::uint64_t written() const noexcept { return written_; }

  /// Of the next byte in all of the output.
  std::uint64_t position() const noexcept { return written_ + buffer_.size(); }

  /// Whether some of it can be seen already, and the rest may follow.
  bool is_half_written() const noexcept { return is_half_written_; }

  /// Flushes, and asks for errors that the system reports only when a
  /// descriptor is closed (NFS, quota).
  void finish();

 private:
  static constexpr std::size_t block = 64 * 1024;

  int fd_;
  std::uint64_t written_ = 0;
  bool is_half_written_ = false;
  std::string buffer_;
};

/// Writing the results failed: the disk is full, the descriptor is closed.
class OutputFailed {
 public:
  explicit OutputFailed(int error_number) : error_number_(error_number) {}
  int error_number() const noexcept { return error_number_; }

 private:
  int error_number_;
};

}  // namespace mapctl::cli
