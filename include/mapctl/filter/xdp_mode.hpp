#pragma once
// The ways in which an interface runs an XDP program.

#include <string_view>

namespace mapctl {

/// The place where the program runs: in the driver, or in the generic path that every interface has
/// (slower, after the skb is built).
enum class XdpMode { native, skb };

constexpr std::string_view name(XdpMode mode) { return mode == XdpMode::native ? "native" : "skb"; }

}  // namespace mapctl
