#pragma once
// The texts that help and version print.

#include <span>
#include <string>
#include <string_view>

#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace mapctl::cli {

struct CommandHelp {
  std::string_view name;
  std::string_view arguments;
  std::string_view summary;
};

std::string general_help(std::span<const CommandHelp> commands);

/// Of commands that share their first word.
std::string group_help(std::span<const CommandHelp> commands);

/// On standard output, every write checked.
void print_help(const std::string& text);

Exit print_version(const Session& session);

}  // namespace mapctl::cli
