#pragma once
// Tells systemd how a follower is, if it was started by it.

#include <string>
#include <string_view>

#include "cli/follow/mirror.hpp"
#include "mapctl/fd.hpp"

namespace mapctl::cli {

std::string_view name(Mirror::State state);

/// Says READY=1 once something is in force, STATUS= when that changes, and WATCHDOG=1 as long as it
/// is called.
class Service {
 public:
  /// Does nothing without $NOTIFY_SOCKET.
  Service();
  void tell(const Mirror& mirror);

 private:
  void send(const std::string& text) const;

  Fd socket_{};
  std::string status_;
  bool is_ready_ = false;
  Mirror::Clock::time_point alive_at_{};
};

}  // namespace mapctl::cli
