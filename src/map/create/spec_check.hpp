#pragma once
// Specifications of maps that the kernel refuses, in words.

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

/// What is wrong with a completed specification, as far as that can be told
/// without the kernel.
std::optional<Problem> problem(const MapSpec& spec);

}  // namespace mapctl
