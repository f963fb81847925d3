#include "support/objects.hpp"

#include <fcntl.h>
#include <linux/if_xdp.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

#include <gtest/gtest.h>

#include "support/maps.hpp"

namespace mapctl::test {
namespace {

Fd opened(const char* what, long fd) {
  EXPECT_GE(fd, 0) << what << ": " << errno;
  return Fd(static_cast<int>(fd));
}

/// The root of the cgroup v2 hierarchy, which is mounted nowhere.
Fd cgroup() {
  const Fd filesystem = opened("fsopen", ::fsopen("cgroup2", FSOPEN_CLOEXEC));
  EXPECT_EQ(::fsconfig(filesystem.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0), 0);
  const Fd mounted = opened("fsmount", ::fsmount(filesystem.get(), FSMOUNT_CLOEXEC, 0));
  return opened("cgroup", ::openat(mounted.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

Fd perf_event() {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_BPF_OUTPUT;
  return opened("perf_event_open", ::syscall(SYS_perf_event_open, &attributes, -1, 0, -1, 0));
}

/// The kernel chooses the port; other sockets may share it.
Fd bound_socket(int type) {
  Fd socket = opened("socket", ::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  const int yes = 1;
  const sockaddr_in any{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
  EXPECT_EQ(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes), 0);
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
  return socket;
}

Fd listening_socket() {
  Fd socket = bound_socket(SOCK_STREAM);
  EXPECT_EQ(::listen(socket.get(), 1), 0);
  return socket;
}

/// A socket with one frame of memory and the rings that an XSK map requires.
Fd xdp_socket() {
  constexpr std::size_t page = 4096;
  alignas(page) static std::array<std::byte, page> frame;
  Fd socket = opened("AF_XDP", ::socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0));
  const auto set = [&](int option, const auto& value) {
    EXPECT_EQ(::setsockopt(socket.get(), SOL_XDP, option, &value, sizeof value), 0) << option;
  };
  xdp_umem_reg memory{};
  memory.addr = reinterpret_cast<__u64>(frame.data());
  memory.len = frame.size();
  memory.chunk_size = page;
  set(XDP_UMEM_REG, memory);
  set(XDP_UMEM_FILL_RING, 1);
  set(XDP_UMEM_COMPLETION_RING, 1);
  set(XDP_RX_RING, 1);
  return socket;
}

/// The object that a value (or the key of a storage) of this type refers to.
Fd object_for(MapType type) {
  if (type == MapType::prog_array) return load_program();
  if (type == MapType::perf_event_array) return perf_event();
  if (type == MapType::cgroup_array || type == MapType::cgrp_storage) return cgroup();
  if (type == MapType::sockmap || type == MapType::sockhash) return listening_socket();
  if (type == MapType::reuseport_sockarray || type == MapType::sk_storage)
    return bound_socket(SOCK_DGRAM);
  if (type == MapType::xskmap) return xdp_socket();
  if (type == MapType::task_storage)
    return opened("pidfd_open", ::syscall(SYS_pidfd_open, ::getpid(), 0));
  if (type == MapType::inode_storage)
    return opened("file", ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (holds_maps(type)) {
    const Map inner = make_map(MapType::array);
    return opened("dup", ::fcntl(inner.fd(), F_DUPFD_CLOEXEC, 3));
  }
  return Fd();
}

bool is_keyed_by_object(MapType type) {
  return type == MapType::sk_storage || type == MapType::task_storage ||
         type == MapType::inode_storage || type == MapType::cgrp_storage;
}

void write_number(Bytes& bytes, std::uint32_t number) {
  std::ranges::copy(bytes_of(number), bytes.begin());
}

}  // namespace

Entry entry_for(const Map& map) {
  constexpr std::uint32_t loopback = 1;
  constexpr std::uint32_t packets_in_queue = 192;
  const MapType type = map.info().type;
  Entry entry{Bytes(map.info().key_size), Bytes(map.value_bytes()), {}};
  if (type == MapType::devmap || type == MapType::devmap_hash) write_number(entry.value, loopback);
  if (type == MapType::cpumap) write_number(entry.value, packets_in_queue);
  Fd object = object_for(type);
  if (!object) return entry;
  write_number(is_keyed_by_object(type) ? entry.key : entry.value,
               static_cast<std::uint32_t>(object.get()));
  entry.objects.push_back(std::move(object));
  return entry;
}

bool has_bpf_lsm() {
  ::mount("securityfs", "/sys/kernel/security", "securityfs", 0, nullptr);
  std::ifstream file("/sys/kernel/security/lsm");
  for (std::string name; std::getline(file, name, ',');)
    if (name == "bpf") return true;
  return false;
}

}  // namespace mapctl::test
