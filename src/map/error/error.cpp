#include "mapctl/error.hpp"

#include <utility>

namespace mapctl {

std::string_view code(Cause cause) {
  switch (cause) {
    case Cause::not_found:
      return "not_found";
    case Cause::not_a_map:
      return "not_a_map";
    case Cause::not_bpffs:
      return "not_bpffs";
    case Cause::bad_name:
      return "bad_name";
    case Cause::exists:
      return "exists";
    case Cause::absent:
      return "absent";
    case Cause::permission:
      return "permission";
    case Cause::full:
      return "map_full";
    case Cause::out_of_range:
      return "out_of_range";
    case Cause::frozen:
      return "map_frozen";
    case Cause::unsupported:
      return "unsupported";
    case Cause::invalid:
      return "invalid";
    case Cause::busy:
      return "busy";
    case Cause::no_memory:
      return "no_memory";
    case Cause::other:
      return "other";
  }
  return "other";
}

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
