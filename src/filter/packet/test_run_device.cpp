#include "filter/packet/test_run_device.hpp"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <sched.h>

#include <thread>

namespace mapctl {

namespace {

constexpr int loopback = 1;

struct Attached {
  Fd network;
  Fd link;
};

/// In a thread of its own, which never comes back from that namespace.
Attached attach_elsewhere(int program) {
  if (unshare(CLONE_NEWNET) != 0) return {};
  Fd network(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!network) return {};
  bpf_link_create_opts options{};
  options.sz = sizeof options;
  options.flags = XDP_FLAGS_SKB_MODE;
  return {std::move(network), Fd(bpf_link_create(program, loopback, BPF_XDP, &options))};
}

}  // namespace

std::optional<SpareInterface> SpareInterface::with(int program) {
  Attached attached;
  std::thread([&] { attached = attach_elsewhere(program); }).join();
  if (!attached.link) return std::nullopt;
  return SpareInterface(std::move(attached.network), std::move(attached.link));
}

}  // namespace mapctl
