#include "veth.hpp"

#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>
#include <stdexcept>

namespace mapctl::bench {

namespace {

/// A veth accepts frames that XDP redirects to it only if the other end has XDP or GRO.
void switch_gro_on(const char* interface) {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ethtool_value gro{.cmd = ETHTOOL_SGRO, .data = 1};
  ifreq request{};
  std::strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
  request.ifr_data = reinterpret_cast<char*>(&gro);
  if (ioctl(socket.get(), SIOCETHTOOL, &request) != 0)
    throw std::runtime_error(fmt::format("GRO cannot be switched on at {}", interface));
}

}  // namespace

VethPair::VethPair(const Launcher& launcher) : launcher_(launcher) {
  launcher_.run({"ip", "link", "add", sender, "type", "veth", "peer", "name", receiver});
  for (const char* interface : {sender, receiver})
    launcher_.run({"ip", "link", "set", interface, "addrgenmode", "none", "up"});
  switch_gro_on(receiver);
  sender_ = static_cast<int>(if_nametoindex(sender));
  receiver_ = static_cast<int>(if_nametoindex(receiver));
}

VethPair::~VethPair() { launcher_.run({"ip", "link", "del", sender}); }

void VethPair::attach(int program) const {
  if (const int error = bpf_xdp_attach(receiver_, program, XDP_FLAGS_DRV_MODE, nullptr); error != 0)
    throw std::runtime_error(
        fmt::format("a program cannot be attached to {}: {}", receiver, std::strerror(-error)));
}

void VethPair::detach() const { attach(-1); }

}  // namespace mapctl::bench
