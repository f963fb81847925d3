#include "filter/objects/xdp_link.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/if_link.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "filter/objects/interface.hpp"
#include "map/error/kernel_error.hpp"
#include "map/libbpf_options.hpp"
#include "map/pin_open.hpp"

namespace mapctl {

namespace {

/// Drivers refuse native mode with only an errno.
constexpr std::pair<int, const char*> native_refusals[] = {
    {EOPNOTSUPP, "its driver has no native XDP"},
    {ERANGE, "its MTU is too large for native mode"},
    {ENOSPC, "it has too few queues for native mode"},
    {EINVAL,
     "its driver refuses native mode as it is set up now: its MTU, its offloads or its queues do "
     "not fit"},
};

Explanation explain_attach(int error, XdpMode mode) {
  if (error == EBUSY || error == EEXIST)
    return {.cause = Cause::exists, .reason = "another XDP program is attached there already"};
  if (error == EPERM)
    return needs_capability("attaching an XDP program", "CAP_NET_ADMIN and CAP_BPF");
  const auto* const refusal =
      std::ranges::find(native_refusals, error, &std::pair<int, const char*>::first);
  if (mode == XdpMode::native && refusal != std::end(native_refusals))
    return {.cause = Cause::unsupported,
            .reason = refusal->second,
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

std::optional<Fd> open_xdp_link(const std::filesystem::path& pin, PinOwner owner) try {
  OpenedPin opened = open_pin(pin, 0, owner);
  if (opened.kind == ObjectKind::link) return std::move(opened.fd);
  throw kernel_error(
      Operation::open, 0, fmt::format("open {}", pin.string()),
      {.cause = Cause::exists, .reason = "something else than the filter's link is pinned there"});
} catch (const Error& error) {
  if (error.error_number() == ENOENT) return std::nullopt;
  throw;
}

XdpLinkInfo read_xdp_link(const Fd& link) {
  bpf_link_info info{};
  std::uint32_t size = sizeof info;
  if (const int result = bpf_obj_get_info_by_fd(link.get(), &info, &size); result != 0)
    throw kernel_error(Operation::info, -result, "read what the filter's link is attached to");
  return {info.id, info.prog_id, info.xdp.ifindex};
}

std::uint32_t flag_of(XdpMode mode) {
  return mode == XdpMode::native ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE;
}

std::vector<XdpState> xdp_programs(std::uint32_t interface_index) {
  auto query = libbpf_options<bpf_xdp_query_opts>();
  const int result = bpf_xdp_query(static_cast<int>(interface_index), 0, &query);
  throw_shortage(-result, "find the program on an interface");
  if (result != 0) return {};
  std::vector<XdpState> found{{query.drv_prog_id, XdpMode::native},
                              {query.skb_prog_id, XdpMode::skb},
                              {query.hw_prog_id, std::nullopt}};
  std::erase_if(found, [](const XdpState& state) { return state.program_id == 0; });
  return found;
}

std::optional<XdpState> xdp_state(std::uint32_t interface_index) {
  const std::vector<XdpState> found = xdp_programs(interface_index);
  if (found.empty() || !found.front().mode) return std::nullopt;
  return found.front();
}

Fd attach_xdp(int program, const std::string& interface, XdpMode mode) {
  const std::uint32_t index = interface_index(interface);
  auto options = libbpf_options<bpf_link_create_opts>();
  options.flags = flag_of(mode);
  const int fd = bpf_link_create(program, static_cast<int>(index), BPF_XDP, &options);
  if (fd >= 0) return Fd(fd);
  throw kernel_error(Operation::attach, -fd, fmt::format("attach the filter to {}", interface),
                     explain_attach(-fd, mode));
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

}  // namespace mapctl
