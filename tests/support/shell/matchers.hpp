#pragma once
// Matchers for the expected result of a command, in one line.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/shell/shell.hpp"

namespace mapctl::test {

/// Matches exit code 0, exactly this text on stdout, and nothing on stderr.
MATCHER_P(Prints, out, "prints \"" + testing::PrintToString(out) + "\" and nothing else") {
  return arg.exit == 0 && arg.out == out && arg.err.empty();
}

/// Matches exit code 0 without any output.
MATCHER(IsSilent, "succeeds without a word") {
  return arg.exit == 0 && arg.out.empty() && arg.err.empty();
}

/// Matches that exit code, an empty stdout, and a stderr that contains the text.
MATCHER_P2(Fails, exit, text,
           "exits with " + testing::PrintToString(exit) + " and says \"" + std::string{text} +
               "\"") {
  return arg.exit == exit && arg.out.empty() && arg.err.find(text) != std::string::npos;
}

}  // namespace mapctl::test
