#include "filter/objects/xdp_link.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/if_link.h>
#include <net/if.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "filter/objects/interface.hpp"
#include "map/error/kernel_error.hpp"
#include "map/libbpf_options.hpp"
#include "map/pin_open.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

std::string attach_attempt(const std::string& interface) {
  return fmt::format("attach the filter to {}", interface);
}

/// Drivers refuse with only an errno; nullptr if this errno is not from a driver.
const char* native_refusal(int error) {
  switch (error) {
    case EOPNOTSUPP:
      return "its driver has no native XDP";
    case ERANGE:
      return "its MTU is too large for native mode";
    case ENOSPC:
      return "it has too few queues for native mode";
    case EINVAL:
      return "its driver refuses native mode as it is set up now: its MTU, its offloads or its "
             "queues do not fit";
    default:
      return nullptr;
  }
}

Explanation explain_attach(int error, XdpMode mode) {
  if (error == EBUSY || error == EEXIST)
    return {.cause = Cause::exists, .reason = "another XDP program is attached there already"};
  if (error == EPERM)
    return needs_capability("attaching an XDP program", "CAP_NET_ADMIN and CAP_BPF");
  if (const char* refusal = mode == XdpMode::native ? native_refusal(error) : nullptr)
    return {.cause = Cause::unsupported,
            .reason = refusal,
            .fix = {"run it in skb mode, which every interface has"}};
  return explain(error);
}

Explanation explain_update(int error) {
  if (error == ENOLINK)
    return {.cause = Cause::not_found, .reason = "its link was severed meanwhile"};
  if (error == EINVAL)
    return {.cause = Cause::exists,
            .reason = "the program that runs there is of another kind",
            .fix = {"unload it first"}};
  return explain(error);
}

}  // namespace

std::optional<Fd> open_xdp_link(const std::filesystem::path& pin) {
  OpenedPin opened = open_pin(pin, 0);
  if (opened.error == ENOENT) return std::nullopt;
  const std::string attempt = fmt::format("open {}", pin.string());
  if (opened.error != 0)
    throw kernel_error(Operation::open, opened.error, attempt, explain_open(pin, opened.error));
  if (opened.kind == ObjectKind::link) return std::move(opened.fd);
  throw kernel_error(
      Operation::open, 0, attempt,
      {.cause = Cause::exists, .reason = "something else than the filter's link is pinned there"});
}

XdpLinkInfo read_xdp_link(const Fd& link) {
  bpf_link_info info{};
  std::uint32_t size = sizeof info;
  if (const int result = bpf_obj_get_info_by_fd(link.get(), &info, &size); result != 0)
    throw kernel_error(Operation::info, -result, "read what the filter's link is attached to");
  return {info.id, info.prog_id, info.xdp.ifindex};
}

std::optional<XdpState> xdp_state(std::uint32_t interface_index) {
  auto query = libbpf_options<bpf_xdp_query_opts>();
  if (bpf_xdp_query(static_cast<int>(interface_index), 0, &query) != 0) return std::nullopt;
  if (query.skb_prog_id != 0) return XdpState{query.skb_prog_id, XdpMode::skb};
  if (query.drv_prog_id != 0) return XdpState{query.drv_prog_id, XdpMode::native};
  return std::nullopt;
}

std::optional<XdpMode> xdp_mode(std::uint32_t interface_index) {
  const std::optional<XdpState> state = xdp_state(interface_index);
  return state ? std::optional{state->mode} : std::nullopt;
}

bool runs_xdp(std::uint32_t interface_index, std::uint32_t program_id) {
  auto query = libbpf_options<bpf_xdp_query_opts>();
  return bpf_xdp_query(static_cast<int>(interface_index), 0, &query) == 0 &&
         (query.prog_id == program_id || query.drv_prog_id == program_id ||
          query.skb_prog_id == program_id);
}

Fd attach_xdp(int program, const std::string& interface, XdpMode mode) {
  const std::uint32_t index = interface_index(interface);
  auto options = libbpf_options<bpf_link_create_opts>();
  options.flags = mode == XdpMode::native ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE;
  const int fd = bpf_link_create(program, static_cast<int>(index), BPF_XDP, &options);
  if (fd >= 0) return Fd(fd);
  throw kernel_error(Operation::attach, -fd, attach_attempt(interface), explain_attach(-fd, mode));
}

void update_xdp_link(const Fd& link, int program, const std::string& interface) {
  const int result = bpf_link_update(link.get(), program, nullptr);
  if (result != 0)
    throw kernel_error(Operation::attach, -result,
                       fmt::format("replace the filter on {}", interface), explain_update(-result));
}

void pin_xdp_link(const Fd& link, const std::filesystem::path& pin) {
  const int result = bpf_obj_pin(link.get(), pin.c_str());
  if (result != 0)
    throw kernel_error(Operation::pin, -result,
                       fmt::format("pin the filter's link at {}", pin.string()),
                       explain_pin(pin, -result));
}

void detach_xdp_link(const Fd& link, const std::string& what) {
  const int result = bpf_link_detach(link.get());
  if (result != 0 && result != -ENOLINK)
    throw kernel_error(Operation::detach, -result, fmt::format("detach {}", what));
}

void remove_xdp_link(const Fd& link, const std::filesystem::path& pin) {
  unpin(pin);
  detach_xdp_link(link, pin.string());
}

}  // namespace mapctl
