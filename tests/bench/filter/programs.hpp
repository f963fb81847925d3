#pragma once
// The programs that are measured, loaded with the sources that they drop.

#include <memory>

#include "blocklist.hpp"

namespace mapctl::bench {

struct Program {
  int fd = -1;
  std::shared_ptr<void> object{};  ///< keeps it loaded
};

/// With rules for services there are 18: of random ports and networks, and one that lets all
/// packets to udp/53 pass that no longer prefix drops.
struct Rules {
  const Blocklist& blocked;
  bool has_services = false;
};

/// The filter as mapctl attaches it to an interface of ordinary MTU.
struct Filter : Program {
  int rules = -1;
  int statistics = -1;
};

Filter load_filter(const Rules& rules);

/// Debian's xdp-filter in the form that looks at addresses only, or, where there are rules for
/// services, the one with all features. The sources are hosts. Ports have no sources there: none
/// are set.
Program load_xdp_filter(const Rules& rules);

}  // namespace mapctl::bench
