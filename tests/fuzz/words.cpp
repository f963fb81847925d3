// Calls: lines of a batch, in mapctl's and in bpftool's words.

#include "cli/call/grammar.hpp"
#include "cli/options/shell_words.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/session.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/targets.hpp"

namespace mapctl::test {

void fuzz_words(std::string_view input) {
  accepts([&] {
    try {
      cli::parse_line(cli::shell_words(input), cli::Session{});
    } catch (const cli::Failed&) {
    }
  });
}

}  // namespace mapctl::test
