#pragma once
// Standard output, buffered, with a check of every write.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace mapctl::cli {

/// Collects bytes and writes them to a descriptor in blocks of about 64 KiB. Throws OutputFailed if
/// a write fails. The buffer is discarded if the stream is destroyed without finish().
class Stream {
 public:
  explicit Stream(int fd);

  std::string& buffer() noexcept { return buffer_; }
  bool is_terminal() const noexcept;
  /// The columns of the terminal, or $COLUMNS instead. Nothing if there is no terminal, or if it
  /// does not know its size.
  std::optional<std::size_t> terminal_width() const;

  /// Call it after each row: writes the buffer once it is large enough.
  void row_done() {
    if (buffer_.size() >= block) flush();
  }
  /// If an interrupt comes while nobody reads, it fails with EINTR: see watch_interrupts().
  void flush();

  /// The bytes that reached the descriptor, including those before a failed write.
  std::uint64_t written() const noexcept { return written_; }

  /// Returns true if a part of the output is visible already and more may follow.
  bool is_half_written() const noexcept { return is_half_written_; }

  /// Flushes, and checks for errors that only closing a descriptor reports (NFS, quota).
  void finish();

 private:
  static constexpr std::size_t block = 64 * 1024;

  int fd_;
  std::uint64_t written_ = 0;
  bool is_half_written_ = false;
  std::string buffer_;
};

/// Thrown if the results cannot be written: the disk is full or the descriptor is closed.
struct OutputFailed {
  int error_number;
};

}  // namespace mapctl::cli
