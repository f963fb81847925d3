#include "mapctl/error.hpp"

#include <iterator>
#include <utility>

namespace mapctl {

namespace {

constexpr std::string_view codes[] = {
    "not_found",   "not_a_map",  "not_bpffs", "bad_name",     "exists",
    "absent",      "permission", "map_full",  "out_of_range", "map_frozen",
    "unsupported", "invalid",    "busy",      "no_memory",    "other",
};
static_assert(std::size(codes) == static_cast<std::size_t>(Cause::other) + 1);

}  // namespace

std::string_view code(Cause cause) { return codes[static_cast<std::size_t>(cause)]; }

Error::Error(Details details)
    : std::runtime_error("cannot " + details.attempt + ": " + details.reason),
      details_(std::move(details)) {}

Error& Error::enrich(Context context) {
  if (!context.attempt.empty()) details_.attempt = std::move(context.attempt);
  if (!context.also.empty() && !details_.why.empty()) details_.why += "; ";
  details_.why += context.also;
  if (context.done) details_.done = context.done;
  return *this = Error(std::move(details_));
}

}  // namespace mapctl
