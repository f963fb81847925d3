#pragma once
// Measures the filter in turns with nft, on frames that arrive at an interface.

#include "choice.hpp"
#include "launcher.hpp"

namespace mapctl::bench {

/// Prints a table.
void race_live(const Choice& choice, const Launcher& launcher);

}  // namespace mapctl::bench
