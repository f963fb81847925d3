#pragma once
// Prints counts of what a command on many entries did.

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "cli/session/session.hpp"

namespace mapctl::cli {

struct Count {
  std::string_view name;
  std::uint64_t value;
};

/// Prints a record on standard output, but only as JSON or on a terminal.
void print_summary(const Session& session, std::initializer_list<Count> counts);

/// Prints a record in every format.
void print_report(const Session& session, std::initializer_list<Count> counts);

}  // namespace mapctl::cli
