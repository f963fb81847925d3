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

Error Error::with_attempt(std::string attempt) const {
  Details details = details_;
  details.attempt = std::move(attempt);
  return Error(std::move(details));
}

Error Error::with_done(std::size_t done) const {
  Details details = details_;
  details.done = done;
  return Error(std::move(details));
}

}  // namespace mapctl
