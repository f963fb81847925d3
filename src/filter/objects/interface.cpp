#include "filter/objects/interface.hpp"

#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include "map/error/kernel_error.hpp"
#include "mapctl/fd.hpp"

namespace mapctl {

namespace {

/// The largest MTU at which every driver keeps a whole packet in one buffer.
constexpr int ordinary_mtu = 1500;

ifreq request_about(const std::string& interface) {
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

int mtu_of(const Fd& socket, const std::string& interface) {
  ifreq request = request_about(interface);
  return ioctl(socket.get(), SIOCGIFMTU, &request) == 0 ? request.ifr_mtu : 0;
}

std::string driver_of(const Fd& socket, const std::string& interface) {
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  ifreq request = request_about(interface);
  request.ifr_data = reinterpret_cast<char*>(&info);
  return ioctl(socket.get(), SIOCETHTOOL, &request) == 0 ? info.driver : std::string{};
}

}  // namespace

std::vector<Interface> interfaces() {
  const std::unique_ptr<struct if_nameindex, decltype(&if_freenameindex)> all{if_nameindex(),
                                                                              &if_freenameindex};
  std::vector<Interface> found;
  for (const struct if_nameindex* each = all.get(); each != nullptr && each->if_index != 0; ++each)
    found.push_back({each->if_index, each->if_name});
  return found;
}

Error no_such_interface(const std::string& interface) {
  std::vector<std::string> names;
  for (const Interface& each : interfaces()) names.push_back(each.name);
  return kernel_error(Operation::attach, 0, fmt::format("find the interface {}", interface),
                      {.cause = Cause::not_found,
                       .reason = "there is none of that name",
                       .fix = {fmt::format("interfaces here are {}", fmt::join(names, ", "))}});
}

std::uint32_t interface_index(const std::string& interface) {
  const std::uint32_t index = if_nametoindex(interface.c_str());
  if (index != 0) return index;
  throw_shortage(errno, fmt::format("find the interface {}", interface));
  throw no_such_interface(interface);
}

std::string interface_name(std::uint32_t index) {
  char name[IF_NAMESIZE] = {};
  if (if_indextoname(index, name) != nullptr) return name;
  throw_shortage(errno, "find the name of an interface");
  return {};
}

Device device_of(const std::string& interface) {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return {};
  return {mtu_of(socket, interface), driver_of(socket, interface)};
}

bool has_large_packets(const std::string& interface) {
  const Device device = device_of(interface);
  return device.mtu == 0 || device.mtu > ordinary_mtu || device.driver == "veth";
}

}  // namespace mapctl
