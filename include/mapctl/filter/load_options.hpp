#pragma once
// The options of a load of the filter, and its result.

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "mapctl/filter/foreign.hpp"
#include "mapctl/filter/pins.hpp"
#include "mapctl/filter/xdp_mode.hpp"

namespace mapctl {

/// How to treat a program that somebody else has attached to an interface.
enum class ForeignPrograms {
  refuse,   ///< it stays, and nothing is loaded
  replace,  ///< ours takes its place, unless a bpf_link holds it: nobody can replace that one
};

struct FilterLoadOptions {
  FilterPins pins{};
  std::optional<XdpMode> mode{};               ///< nullopt: native, else skb, reported in Attached
  std::optional<std::uint32_t> max_entries{};  ///< nullopt: as the map has it, 16384 for a new one
  ForeignPrograms foreign = ForeignPrograms::refuse;
  /// Also look up rules by destination, which costs about 50 ns for each packet. Without it such
  /// rules have no effect.
  bool destinations = false;
  /// Pass packets that are replies, although `default` or a rule for every address drops them: TCP
  /// and UDP packets of a connection that a socket of this network namespace has, answers to a
  /// ping, and ICMP errors. Of UDP sockets only those that are connected tell whom they wait for.
  /// Asks for a socket only where the packet would be dropped.
  bool replies = false;
  /// Likewise for TCP packets with ACK or RST set, whoever sends them: for hosts that forward the
  /// connections of others.
  bool established = false;
  /// Is asked again and again while another load, unload or sync in the directory is under way, and
  /// told its process, or 0; false gives up (Cause::busy). Each wait asks a new copy of it. Without
  /// it, the load waits.
  std::function<bool(pid_t)> keep_waiting{};
};

struct Attached {
  std::string interface;
  XdpMode mode = XdpMode::native;
  std::string native_refusal{};  ///< why native was not possible, where skb was chosen instead
  bool replaced = false;         ///< our own older program was swapped under the same link
  std::optional<ForeignProgram> foreign{};  ///< the program it replaced: ForeignPrograms::replace
};

}  // namespace mapctl
