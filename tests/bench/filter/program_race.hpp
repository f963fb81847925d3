#pragma once
// Measures the filter in turns with xdp-filter and an empty program, on packets that are not sent.

#include "choice.hpp"

namespace mapctl::bench {

/// Prints a table.
void race_programs(const Choice& choice);

}  // namespace mapctl::bench
