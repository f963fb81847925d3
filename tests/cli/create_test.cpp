// create: every type of map, and types out of a compiled program.

#include <cstdio>
#include <string>

#include <bpf/libbpf.h>

#include "matchers.hpp"
#include "types.skel.h"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

/// Runs lines of shell in which $o is the compiled program of tests/bpf/types.bpf.c.
class CreateWithBtf : public testing::Test {
 protected:
  CreateWithBtf() {
    std::size_t size = 0;
    const void* const bytes = types_bpf__elf_bytes(&size);
    std::FILE* const file = std::fopen(path_.c_str(), "w");
    EXPECT_EQ(std::fwrite(bytes, 1, size, file), size);
    std::fclose(file);
    setenv("o", path_.c_str(), 1);
  }
  ~CreateWithBtf() override { std::remove(path_.c_str()); }

  std::string path_ = testing::TempDir() + "create_" + std::to_string(getpid()) + ".o";
};

TEST_F(CreateWithBtf, TakesTypesOutOfACompiledProgram) {
  EXPECT_THAT(sh("mapctl create m --btf $o -t hash -k 'struct flow' -v 'struct verdict' -n 8"),
              IsSilent());
  EXPECT_THAT(sh("mapctl put m saddr=192.0.2.7,port=443 action=drop"), IsSilent());
  EXPECT_THAT(sh("mapctl dump m"),
              Prints("saddr=192.0.2.7,port=443,src_mac=00:00:00:00:00:00\taction=drop,hits=0\n"));
}

TEST_F(CreateWithBtf, KeepsTagsSoThatCountersLastThroughAPut) {
  sh("mapctl create m --btf $o -t hash -k u32 -v 'struct verdict' -n 8; mapctl put m 1 hits=7");
  EXPECT_THAT(sh("mapctl put m 1 action=drop && mapctl get m 1"), Prints("action=drop,hits=7\n"));
}

TEST_F(CreateWithBtf, KeepsLocks) {
  sh("mapctl create m --btf $o -t hash -k u32 -v 'struct guarded' -n 8");
  EXPECT_THAT(sh("mapctl put m 1 number=7 --lock && mapctl get m 1 --lock"), Prints("number=7\n"));
}

TEST_F(CreateWithBtf, ReadsTheKeyOfATrieAsAPrefix) {
  sh("mapctl create m --btf $o -t lpm_trie -k 'struct network' -v level_t -n 8");
  EXPECT_THAT(sh("mapctl put m 10.0.0.0/8 level=1 && mapctl dump m"),
              Prints("10.0.0.0/8\tlevel=1\n"));
}

TEST_F(CreateWithBtf, FindsASecondMapOfTheSameTypesTheSame) {
  const std::string line =
      "mapctl create m --btf $o -t hash -k 'struct flow' -v 'enum action' -n 8 --exist-ok";
  EXPECT_THAT(sh(line), IsSilent());
  EXPECT_THAT(sh(line), IsSilent());
}

TEST_F(CreateWithBtf, SaysWhatIsWrongWithANameOrAnObject) {
  EXPECT_THAT(sh("mapctl create m --btf $o -t hash -k 'struct flwo' -v u32 -n 8"),
              Fails(2, "did you mean 'struct flow'?"));
  EXPECT_THAT(sh("mapctl create m -t hash -k 'struct flow' -v u32 -n 8"),
              Fails(2, "--btf OBJECT_FILE"));
  EXPECT_THAT(sh("mapctl create m --btf /bin/sh -t hash -k 'struct flow' -v u32 -n 8"),
              Fails(2, "/bin/sh has no types"));
  EXPECT_THAT(sh("mapctl create m --btf $o.o -t hash -k 'struct flow' -v u32 -n 8"),
              Fails(3, "there is no such file"));
}

TEST_F(CreateWithBtf, ServesOtherCommandsAsWell) {
  sh("mapctl create m -t hash -k 12 -v 1 -n 8");
  EXPECT_THAT(sh("mapctl put m port=80 level=3 --key-as 'struct flow' --value-as level_t --btf $o"),
              IsSilent());
  EXPECT_THAT(sh("mapctl dump m --value-as level_t --btf $o -o jsonl | jq .value.level"),
              Prints("3\n"));
}

}  // namespace
}  // namespace mapctl::test
