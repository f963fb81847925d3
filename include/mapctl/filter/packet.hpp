#pragma once
// Packets as people describe them, and the frames that they travel in.

#include <string_view>

#include "mapctl/bytes.hpp"

namespace mapctl {

/// The Ethernet frame of a packet such as
///
///   tcp 192.0.2.7:5000 > 10.0.0.1:22
///   udp [2001:db8::1]:53 > [2001:db8::2] vlan 5
///   gre 10.0.0.1
///   icmp6 fe80::1 > ff02::1 type 135 hop-limit 255
///   arp 10.0.0.1
///
/// PROTOCOL SOURCE[:PORT] [> DESTINATION[:PORT]] [OPTION VALUE]…: a protocol has a name or a
/// number; options are `vlan` (several: the outer first), `fragment` (its offset in units of 8
/// bytes; 0 is the first of several), `ttl` or `hop-limit`, and `type` of ICMP. An omitted port is
/// 0, which no rule names; an omitted address is 0.0.0.0 or ::. Throws BadInput that names valid
/// forms.
Bytes frame_of(std::string_view description);

}  // namespace mapctl
