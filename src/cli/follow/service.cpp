#include "cli/follow/service.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstddef>
#include <cstdlib>

#include "map/error/printable.hpp"

namespace mapctl::cli {

std::string_view name(Mirror::State state) {
  constexpr std::array<std::string_view, 5> names{"starting", "restored", "following", "lost",
                                                  "held"};
  return names[static_cast<std::size_t>(state)];
}

Service::Service() {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  const std::string_view place = path == nullptr ? "" : path;
  if (place.empty() || place.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  place.copy(address.sun_path, place.size());
  if (place[0] == '@') address.sun_path[0] = '\0';
  socket_ = Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + place.size());
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0)
    socket_ = Fd{};
}

void Service::send(const std::string& text) const {
  ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Service::tell(const Mirror& mirror) {
  if (!socket_) return;
  const auto now = Mirror::Clock::now();
  if (now - alive_at_ > std::chrono::seconds(1)) {
    alive_at_ = now;
    send("WATCHDOG=1");
  }
  if (!is_ready_ && mirror.has_applied()) {
    is_ready_ = true;
    send("READY=1");
  }
  std::string status =
      fmt::format("STATUS={}{}{}, {} entries{}{}", name(mirror.state()),
                  mirror.revision().empty() ? "" : ": revision ", mirror.revision(),
                  mirror.wanted(), mirror.reason().empty() ? "" : "; ", printable(mirror.reason()));
  if (status == status_) return;
  status_ = std::move(status);
  send(status_);
}

}  // namespace mapctl::cli
