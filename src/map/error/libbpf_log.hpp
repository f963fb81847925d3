#pragma once
// Captures the messages that libbpf would print.

#include <string>
#include <string_view>

namespace mapctl {

/// Keeps libbpf from printing while it lives, and captures the messages of this thread instead; one
/// at a time in each thread. libbpf has one printer for the whole process: the first of these
/// objects replaces it, the last one restores it.
class LibbpfLog {
 public:
  LibbpfLog();
  ~LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;

  /// The most helpful line about a failure: the verifier's last one, else the first warning. Empty
  /// if there was none.
  std::string reason() const;
};

/// The most helpful line of such a log.
std::string telling_line(std::string_view log);

}  // namespace mapctl
