// resize: a map of another size in the place of a pinned one.

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

std::string property(const std::string& map, const std::string& name) {
  return sh("mapctl show " + map + " -o json | jq -r ." + name).out;
}

TEST(Resize, KeepsEntriesTypesAndPins) {
  sh("mapctl create m -t hash -k ipv4 -v '{port:be16,hits:u64@counter}' -n 2 --mode 0640; "
     "mapctl pin m second; mapctl put m 192.0.2.1 port=443,hits=7; mapctl put m 192.0.2.2 port=80");
  EXPECT_THAT(sh("mapctl put m 192.0.2.3 port=1"), Fails(5, "mapctl resize m --max-entries 8"));
  const std::string types = property("m", "value");
  const Outcome outcome = sh("mapctl resize m --max-entries 8");
  EXPECT_EQ(outcome.exit, 0) << outcome;
  EXPECT_EQ(outcome.out, "copied\t2\n");
  EXPECT_THAT(sh("mapctl put m 192.0.2.3 port=1; mapctl dump m | sort"),
              Prints("192.0.2.1\tport=443,hits=7\n192.0.2.2\tport=80,hits=0\n"
                     "192.0.2.3\tport=1,hits=0\n"));
  EXPECT_EQ(property("m", "value"), types);
  EXPECT_EQ(property("m", "max_entries"), "8\n");
  EXPECT_EQ(property("second", "id"), property("m", "id"));
  EXPECT_EQ(property("m", "name"), "m\n");
  EXPECT_THAT(sh("stat -c %a /sys/fs/bpf/m"), Prints("640\n"));
}

TEST(Resize, RefusesEntriesThatDoNotFit) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 8; for i in 1 2 3; do mapctl put m $i $i; done");
  const std::string id = property("m", "id");
  EXPECT_THAT(sh("mapctl resize m -m 2"), Fails(5, "cannot resize m to 2: it has 3 entries"));
  EXPECT_EQ(property("m", "id"), id);
  EXPECT_EQ(sh("mapctl resize m -m 3").exit, 0);
  EXPECT_EQ(sh("mapctl count m").out, "3\n");
}

TEST(Resize, ShrinksAnArrayIfTheRestIsZero) {
  sh("mapctl create m -t array -k u32 -v u32 -n 8; mapctl put m 1 7; mapctl put m 5 8");
  EXPECT_THAT(sh("mapctl resize m -m 4"), Fails(5, "there is a value at index 5"));
  EXPECT_EQ(sh("mapctl put m 5 0; mapctl resize m -m 2").exit, 0);
  EXPECT_THAT(sh("mapctl dump m"), Prints("0\t0\n1\t7\n"));
}

TEST(Resize, FreezesTheMapAgain) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 8; mapctl put m 1 2; mapctl freeze m --yes");
  EXPECT_EQ(sh("mapctl resize m -m 16").exit, 0);
  EXPECT_THAT(sh("mapctl put m 1 3"), Fails(6, "frozen"));
  EXPECT_THAT(sh("mapctl get m 1"), Prints("2\n"));
}

TEST(Resize, OnlyTellsWhatItWouldDoInADryRun) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v u32 -n 8; mapctl put m 10.0.0.0/8 2");
  const std::string id = property("m", "id");
  EXPECT_THAT(sh("mapctl resize m -m 16 -n"), Prints("would_copy\t1\n"));
  EXPECT_EQ(property("m", "id"), id);
}

TEST(Resize, ReplacesNoPinOfAnotherUserUnasked) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 8; mapctl pin m theirs; "
     "chown 65534 /sys/fs/bpf/theirs");
  EXPECT_THAT(sh("mapctl resize m -m 16 -n"), Fails(4, "it belongs to nobody"));
  EXPECT_THAT(sh("mapctl resize m -m 16"), Fails(4, "--adopt"));
  EXPECT_EQ(property("m", "max_entries"), "8\n");
  EXPECT_EQ(sh("mapctl resize m -m 16 --adopt").exit, 0);
  EXPECT_EQ(property("theirs", "max_entries"), "16\n");
}

TEST(Resize, RefusesMapsWithoutASizeOrAPin) {
  sh("mapctl create q -t queue -v u32 -m 8; mapctl create r -t ringbuf -m 4096");
  EXPECT_EQ(sh("mapctl resize q -m 16").exit, 6);
  EXPECT_EQ(sh("mapctl resize r -m 8192").exit, 6);
  EXPECT_EQ(sh("mapctl resize absent -m 8192").exit, 3);
  EXPECT_EQ(sh("mapctl resize q -m 0").exit, 2);
}

TEST(Resize, RefusesWhatAnLruMapWouldDrop) {
  sh("mapctl create l -t lru_hash -k u32 -v u32 -m 1000; seq 800 | mapctl load l -f - --value 1");
  const std::string before = sh("mapctl count l").out;
  EXPECT_THAT(sh("mapctl resize l -m $(mapctl count l)"),
              Fails(5, "an LRU map of that size holds"));
  EXPECT_EQ(sh("mapctl count l").out, before);
  EXPECT_EQ(sh("mapctl resize l -m 4000 -o json").exit, 0);
  EXPECT_EQ(sh("mapctl count l").out, before);
}

TEST(Resize, RefusesToEmptyAMapUnderItsPrograms) {
  sh("mapctl create p -t prog_array -m 4");
  EXPECT_THAT(sh("mapctl resize p -m 8"), Fails(6, "the kernel empties the old map"));
}

TEST(Resize, NamesTheProgramsThatKeepTheOldMap) {
  sh("ip link add v0 type veth peer name v1; mapctl filter load v0 --yes");
  const Outcome outcome = sh("mapctl resize filter_map -m 100");
  EXPECT_EQ(outcome.exit, 0) << outcome;
  EXPECT_THAT(outcome.err, HasSubstr("go on with it until they are loaded again: "));
  EXPECT_THAT(outcome.err, HasSubstr("(id "));
  sh("mapctl filter unload --all --purge --yes");
}

}  // namespace
}  // namespace mapctl::test
