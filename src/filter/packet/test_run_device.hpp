#pragma once
// An interface that no packet ever comes through.

#include <optional>

#include "mapctl/fd.hpp"

namespace mapctl {

/// The loopback device, which is down, of a network namespace that lives as long as this does.
/// An XDP program that is attached there is run at once by BPF_PROG_TEST_RUN; else the
/// kernel prepares itself for it each time.
class SpareInterface {
 public:
  /// Nullopt where the caller may not make a namespace (CAP_SYS_ADMIN).
  static std::optional<SpareInterface> with(int program);

 private:
  SpareInterface(Fd network, Fd link) : network_(std::move(network)), link_(std::move(link)) {}

  Fd network_;
  Fd link_;
};

}  // namespace mapctl
