#pragma once
// Accepts calls in the syntax of bpftool-map(8), so that its scripts run.

#include <optional>

#include "cli/call/arguments.hpp"

namespace mapctl::cli {

/// A call in mapctl's own syntax.
struct Respelled {
  std::string command;
  Arguments words;
};

/// Translates calls such as `update id 10 key hex 01 value 2`. Returns nothing if the syntax is
/// mapctl's own, or if it could be either and a pin is really called `id`, `name` or `pinned`.
/// Throws Failed if it is bpftool's, but wrong.
std::optional<Respelled> from_bpftool(const std::string& command, const Arguments& words);

}  // namespace mapctl::cli
