#pragma once
// What a command on many entries did, in numbers.

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "cli/session/session.hpp"

namespace mapctl::cli {

struct Count {
  std::string_view name;
  std::uint64_t value;
};

/// One record on standard output where somebody asks or looks: as JSON, and on a terminal.
void print_summary(const Session& session, std::initializer_list<Count> counts);

/// The same in every format.
void print_report(const Session& session, std::initializer_list<Count> counts);

}  // namespace mapctl::cli
