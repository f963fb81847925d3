#pragma once
// Lists every command in the order of the help.

#include "cli/options/command.hpp"

// clang-format off
#define MAPCTL_COMMANDS(X)                                                                     \
  X(create) X(put) X(get) X(del) X(pop) X(push) X(peek) X(next) X(keys) X(dump) X(count)       \
  X(clear) X(expire) X(drain) X(save) X(restore) X(load) X(sync) X(diff) X(copy) X(resize)     \
  X(list) X(show) X(watch) X(metrics) X(freeze) X(pin) X(unpin)                                \
  X(filter_load) X(filter_unload) X(filter_status) X(filter_test)                              \
  X(events) X(batch) X(doctor) X(version)
// clang-format on

namespace mapctl::cli {

#define MAPCTL_DECLARE(name) extern const Command name##_command;
MAPCTL_COMMANDS(MAPCTL_DECLARE)
#undef MAPCTL_DECLARE

}  // namespace mapctl::cli
