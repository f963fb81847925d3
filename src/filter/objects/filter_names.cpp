// The words for what the filter's header enumerates.

#include "mapctl/filter/filter.hpp"

namespace mapctl {

std::string_view name(XdpMode mode) {
  switch (mode) {
    case XdpMode::native:
      return "native";
    case XdpMode::skb:
      return "skb";
  }
  return {};
}

std::string_view name(FilterPlace place) {
  switch (place) {
    case FilterPlace::here:
      return "here";
    case FilterPlace::other_namespace:
      return "other_namespace";
    case FilterPlace::gone:
      return "gone";
  }
  return {};
}

}  // namespace mapctl
