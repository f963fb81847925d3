#pragma once
// What libbpf would have printed.

#include <string>
#include <string_view>

namespace mapctl {

/// Keeps libbpf from printing while it lives, and keeps what this thread would have printed
/// instead; one at a time in each thread. libbpf has one printer for the whole process: the
/// first of these replaces it, the last one puts it back.
class LibbpfLog {
 public:
  LibbpfLog();
  ~LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;

  /// The line that tells most of a failure: the verifier's last one, else the
  /// first warning. Empty where there was none.
  std::string reason() const;
};

/// The line that tells most of such a log.
std::string telling_line(std::string_view log);

}  // namespace mapctl
