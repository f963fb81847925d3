#pragma once
// The measured programs, loaded with the sources that they drop.

#include <memory>

#include "blocklist.hpp"

namespace mapctl::bench {

struct Program {
  int fd = -1;
  std::shared_ptr<void> object{};  ///< keeps it loaded
};

/// With services there are 18 service rules: most for random ports and networks, and one that
/// passes all packets to udp/53 unless a longer prefix drops them.
struct Rules {
  const Blocklist& blocked;
  bool has_services = false;
};

/// The filter as mapctl attaches it to an interface with an ordinary MTU.
struct Filter : Program {
  int rules = -1;
  int statistics = -1;
};

Filter load_filter(const Rules& rules);

/// Debian's xdp-filter: the program for addresses only, or, if there are rules for services, the
/// program with all features. The sources are hosts. No ports are set, because its ports have no
/// sources.
Program load_xdp_filter(const Rules& rules);

}  // namespace mapctl::bench
