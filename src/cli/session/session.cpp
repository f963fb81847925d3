#include "cli/session/session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

namespace mapctl::cli {

void confirm(const Session& session, const std::string& action, const std::string& consequence) {
  if (session.yes) return;
  if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0)
    throw usage_error(fmt::format("will not {} without being sure: {}", action, consequence),
                      {"add --yes"});
  const std::string question = fmt::format("mapctl: {}: {}. Go on? [y/N] ", action, consequence);
  std::fwrite(question.data(), 1, question.size(), stderr);
  std::string answer;
  std::getline(std::cin, answer);
  if (answer != "y" && answer != "Y" && answer != "yes")
    throw Failed({"declined", Exit::no, fmt::format("did not {}: the answer was no", action)});
}

}  // namespace mapctl::cli
