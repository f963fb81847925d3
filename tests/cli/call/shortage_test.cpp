// A process that may open few files tells so, and never that something is not there.

#include "support/object_file.hpp"
#include "support/shell/matchers.hpp"
#include "types.skel.h"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

/// Their output is the same each time.
bool is_repeatable(std::string_view command) {
  return command.starts_with("show") || command.starts_with("get") || command.starts_with("dump");
}

TEST(Shortage, IsNeverTakenForAbsence) {
  const ObjectFile object(types_bpf__elf_bytes);
  ASSERT_THAT(
      sh("ip link add v0 type veth peer name v1; mapctl create m -t hash -k u32 -v u32 -n 9; "
         "mapctl put m 1 2; mapctl create z -t hash -k 'struct flow' -v 'struct verdict' -n 8 "
         "--btf $o; mapctl filter load v0 >/dev/null"),
      IsSilent());
  for (const char* command :
       {"list", "show m", "show name:m", "put m 1 2", "get m 1", "filter load v0",
        "filter status --interval 0",
        "create z --exist-ok -t hash -k 'struct flow' -v 'struct verdict' -n 8 --btf $o",
        "filter test 'tcp 192.0.2.7 > 192.0.2.8'", "dump filter_map"}) {
    const Outcome usual = sh(std::string{"mapctl "} + command);
    int refusals = 0;
    for (const int files : {5, 6, 7, 8, 10, 12, 16, 24, 32, 44, 64}) {
      const Outcome outcome = sh("ulimit -n " + std::to_string(files) + "; exec mapctl " + command);
      if (outcome.exit == usual.exit) {
        if (is_repeatable(command)) {
          EXPECT_EQ(outcome.out, usual.out) << command << ' ' << files;
        }
        continue;
      }
      ++refusals;
      EXPECT_EQ(outcome.exit, 6) << command << ' ' << files << ' ' << outcome;
      EXPECT_THAT(outcome.err, HasSubstr("open files")) << command << ' ' << files;
      EXPECT_THAT(outcome.err, HasSubstr("ulimit -n 1024")) << command << ' ' << files;
    }
    EXPECT_GT(refusals, 0) << command;
  }
  sh("ip link delete v0");
}

}  // namespace
}  // namespace mapctl::test
