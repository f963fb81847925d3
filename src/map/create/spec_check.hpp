#pragma once
// Explains specifications of maps that the kernel refuses.

#include <optional>
#include <string>
#include <vector>

#include "mapctl/error.hpp"
#include "mapctl/map_spec.hpp"

namespace mapctl {

struct Problem {
  std::string what;
  std::vector<Remedy> fix{};
};

/// Finds the error in a completed specification, as far as that is possible without the kernel.
std::optional<Problem> problem(const MapSpec& spec);

}  // namespace mapctl
