#pragma once
// XDP programs that are not the filter's.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapctl/filter/pins.hpp"
#include "mapctl/filter/xdp_mode.hpp"

namespace mapctl {

/// A program that is not the filter's.
struct ForeignProgram {
  std::uint32_t id = 0;
  std::string name{};
};

/// An XDP program on an interface of this network namespace.
struct XdpProgram {
  std::string interface;
  std::optional<XdpMode> mode{};  ///< nullopt: it runs in the network card itself
  std::uint32_t id = 0;
  std::string name;  ///< empty without CAP_SYS_ADMIN
  /// The name of the filter that it belongs to, if one pinned beside this one holds it.
  std::optional<std::string> filter{};
};

/// The programs that are not this filter's, by interface.
std::vector<XdpProgram> foreign_programs(const FilterPins& pins);

}  // namespace mapctl
