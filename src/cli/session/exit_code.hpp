#pragma once
// The exit codes of the tool. Scripts rely on these numbers; help prints this list.

#include <string_view>

// clang-format off
#define MAPCTL_EXITS(X)                                                          \
  X(done, 0, "done")                                                             \
  X(no, 1, "the answer is no: absent, empty, different, or there already")       \
  X(usage, 2, "a wrong call, or a text that does not fit")                       \
  X(not_found, 3, "no such map, file or interface, or an ambiguous name")        \
  X(permission, 4, "permission denied")                                          \
  X(full, 5, "the map is full")                                                  \
  X(refused, 6, "the kernel refuses: frozen, or the type cannot do that")        \
  X(bad_data, 7, "bad input data, nothing was written")                          \
  X(remote, 8, "a remote source failed")                                         \
  X(internal, 9, "an internal error")                                            \
  X(partial, 10, "partly applied")                                               \
  X(interrupted, 130, "interrupted")                                             \
  X(reader_gone, 141, "nobody reads the results: what dying of SIGPIPE looks like")
// clang-format on

namespace mapctl::cli {

#define MAPCTL_EXIT(name, number, meaning) name = number,
enum class Exit { MAPCTL_EXITS(MAPCTL_EXIT) };
#undef MAPCTL_EXIT

struct ExitMeaning {
  Exit exit;
  std::string_view meaning;
};

#define MAPCTL_EXIT(name, number, meaning) {Exit::name, meaning},
inline constexpr ExitMeaning exit_meanings[] = {MAPCTL_EXITS(MAPCTL_EXIT)};
#undef MAPCTL_EXIT

}  // namespace mapctl::cli
