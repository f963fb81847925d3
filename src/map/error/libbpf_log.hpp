#pragma once
// What libbpf would have printed.

#include <string>
#include <string_view>

#include <bpf/libbpf.h>

namespace mapctl {

/// Keeps libbpf from printing while it lives, and listens instead. One at a
/// time: libbpf has one printer for the whole process.
class LibbpfLog {
 public:
  LibbpfLog();
  ~LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;

  /// The line that tells most of a failure: the verifier's last one, else the
  /// first warning. Empty where there was none.
  std::string reason() const;

 private:
  libbpf_print_fn_t before_;
};

/// The line that tells most of such a log.
std::string telling_line(std::string_view log);

}  // namespace mapctl
