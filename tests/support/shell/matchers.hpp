#pragma once
// What a test expects of a command, in one line.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/shell/shell.hpp"

namespace mapctl::test {

/// Exit 0 and exactly this on stdout, nothing on stderr.
MATCHER_P(Prints, out, "prints \"" + testing::PrintToString(out) + "\" and nothing else") {
  return arg.exit == 0 && arg.out == out && arg.err.empty();
}

/// Exit 0 without a word.
MATCHER(IsSilent, "succeeds without a word") {
  return arg.exit == 0 && arg.out.empty() && arg.err.empty();
}

/// That exit code, an empty stdout, and a stderr that holds the text.
MATCHER_P2(Fails, exit, text,
           "exits with " + testing::PrintToString(exit) + " and says \"" + std::string{text} +
               "\"") {
  return arg.exit == exit && arg.out.empty() && arg.err.find(text) != std::string::npos;
}

}  // namespace mapctl::test
