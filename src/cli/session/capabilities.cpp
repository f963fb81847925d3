#include "cli/session/capabilities.hpp"

#include <cap-ng.h>

#include <vector>

#include "cli/session/report.hpp"

namespace mapctl::cli {

void keep_capabilities(const Session& session, std::initializer_list<unsigned> needed) {
  if (session.open_targets != nullptr || capng_get_caps_process() != 0) return;
  std::vector<unsigned> kept;
  for (const unsigned capability : needed)
    if (capng_have_capability(CAPNG_EFFECTIVE, capability) != 0) kept.push_back(capability);
  // The ambient set is emptied by the kernel, together with the inheritable one.
  capng_clear(CAPNG_SELECT_BOTH);
  for (const unsigned capability : kept)
    capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                 capability);
  // The bounding set comes first, while CAP_SETPCAP is there; without it, it stays.
  capng_apply(CAPNG_SELECT_BOUNDS);
  if (capng_apply(CAPNG_SELECT_CAPS) != 0) note("the capabilities that are not needed stay");
}

}  // namespace mapctl::cli
