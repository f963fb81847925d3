#pragma once
// Calls in the words of bpftool-map(8), so that its scripts run.

#include <optional>

#include "cli/call/arguments.hpp"

namespace mapctl::cli {

/// A call in mapctl's own words.
struct Respelled {
  std::string command;
  Arguments words;
};

/// What `update id 10 key hex 01 value 2` and its like mean here. Nothing where the words
/// are mapctl's own, also where they could be either's and a pin is really called
/// `id`, `name` or `pinned`. Throws Failed where they are bpftool's, but wrong.
std::optional<Respelled> from_bpftool(const std::string& command, const Arguments& words);

}  // namespace mapctl::cli
