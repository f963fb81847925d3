#include "mapctl/filter/verdict.hpp"

namespace mapctl {

namespace {

struct Verdict {
  std::string_view name;
  bool drops;
};

constexpr Verdict verdicts[] = {
#define MAPCTL_VERDICT(upper, lower, drops, reason) {#lower, drops},
    MAPCTL_FILTER_VERDICTS(MAPCTL_VERDICT)
#undef MAPCTL_VERDICT
};

const Verdict& of(FilterVerdict verdict) { return verdicts[static_cast<std::size_t>(verdict)]; }

}  // namespace

std::string_view name(FilterVerdict verdict) { return of(verdict).name; }

bool drops(FilterVerdict verdict) { return of(verdict).drops; }

}  // namespace mapctl
