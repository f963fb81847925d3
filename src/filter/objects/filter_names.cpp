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

std::string_view name(FilterVerdict verdict) {
  switch (verdict) {
    case FilterVerdict::pass_default:
      return "pass_default";
    case FilterVerdict::pass_rule:
      return "pass_rule";
    case FilterVerdict::drop_rule:
      return "drop_rule";
    case FilterVerdict::drop_default:
      return "drop_default";
    case FilterVerdict::non_ip:
      return "non_ip";
    case FilterVerdict::arp_nd:
      return "arp_nd";
    case FilterVerdict::malformed:
      return "malformed";
    case FilterVerdict::unparsed:
      return "unparsed";
    case FilterVerdict::fragment:
      return "fragment";
    case FilterVerdict::bad_rule:
      return "bad_rule";
  }
  return {};
}

bool drops(FilterVerdict verdict) {
  switch (verdict) {
    case FilterVerdict::drop_rule:
    case FilterVerdict::drop_default:
    case FilterVerdict::malformed:
    case FilterVerdict::unparsed:
    case FilterVerdict::fragment:
      return true;
    case FilterVerdict::pass_default:
    case FilterVerdict::pass_rule:
    case FilterVerdict::non_ip:
    case FilterVerdict::arp_nd:
    case FilterVerdict::bad_rule:
      return false;
  }
  return false;
}

}  // namespace mapctl
