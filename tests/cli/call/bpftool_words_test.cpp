// Scripts written for `bpftool map` run: the examples of bpftool-map(8) and its grammar.

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

/// Runs the lines with `bpftool map …` replaced by mapctl; $id is the id of /sys/fs/bpf/m.
Outcome as_bpftool(const std::string& lines) {
  return sh("bpftool() { mapctl \"$@\"; }; id=$(mapctl show m -o json 2>/dev/null | jq .id)\n" +
            lines);
}

class BpftoolWords : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(as_bpftool("bpftool map create /sys/fs/bpf/m type hash key 4 value 8 entries 8 "
                           "name some_map flags 1"),
                IsSilent());
  }
};

TEST_F(BpftoolWords, CreateAMap) {
  EXPECT_THAT(sh("mapctl list m -o csv | tail -n 1 | cut -d, -f 2-8"),
              Prints("some_map,hash,no_prealloc,4,8,8,0\n"));
}

TEST_F(BpftoolWords, WriteBytesInThreeNotations) {
  for (const char* bytes :
       {"key hex   20   c4   b7   00 value hex   0f   ff   ff   ab   01   02   03   4c",
        "key     0x20 0xc4 0xb7 0x00 value     0x0f 0xff 0xff 0xab 0x01 0x02 0x03 0x4c",
        "key       32  196  183    0 value       15  255  255  171    1    2    3   76",
        "key 040 0304 0267 00 value 017 0377 255 171 1 2 3 76"}) {
    EXPECT_THAT(as_bpftool(std::string{"bpftool map update id $id "} + bytes), IsSilent());
    EXPECT_THAT(sh("mapctl dump m --hex; mapctl del m 12043296"),
                Prints("hex:20c4b700\thex:0fffffab0102034c\n"))
        << bytes;
  }
}

TEST_F(BpftoolWords, ReadAndDelete) {
  sh("mapctl put m hex:00010203 hex:0001020304050607; mapctl put m hex:0d000700 258");
  EXPECT_THAT(as_bpftool("bpftool map lookup id $id key 0 1 2 3 --hex"),
              Prints("hex:0001020304050607\n"));
  EXPECT_THAT(as_bpftool("bpftool map del pinned /sys/fs/bpf/m key 13 00 07 00"), IsSilent());
  EXPECT_THAT(as_bpftool("bpftool map dump id $id --hex"),
              Prints("hex:00010203\thex:0001020304050607\n"));
  EXPECT_THAT(
      as_bpftool("bpftool map getnext name some_map key 0 0 0 0; bpftool map getnext id $id"),
      Prints("50462976\n50462976\n"));
  EXPECT_THAT(as_bpftool("bpftool map lookup id $id key 9 9 9 9"),
              Fails(1, "151587081 is not in id:"));
}

TEST_F(BpftoolWords, PinAMap) {
  EXPECT_THAT(as_bpftool("bpftool map pin id $id /sys/fs/bpf/map && mapctl unpin m --yes && "
                         "bpftool map freeze pinned /sys/fs/bpf/map --yes"),
              IsSilent());
  EXPECT_THAT(sh("mapctl put map 1 1"), Fails(6, "frozen"));
}

TEST_F(BpftoolWords, ListMaps) {
  for (const char* words : {"", "map", "map show", "map list"})
    EXPECT_EQ(sh(std::string{"mapctl "} + words + " | grep -c some_map").out,
              *words == '\0' ? "0\n" : "1\n");
  EXPECT_EQ(as_bpftool("bpftool map show id $id; bpftool map list id $id").out,
            sh("mapctl show m; mapctl show m").out);
}

TEST_F(BpftoolWords, SayWhetherAnEntryMayBeThere) {
  const std::string update =
      "bpftool map update pinned /sys/fs/bpf/m key 1 0 0 0 value 2 0 0 0 0 0 0 0 ";
  EXPECT_THAT(as_bpftool(update + "exist"), Fails(1, "there"));
  EXPECT_THAT(as_bpftool(update + "noexist"), IsSilent());
  EXPECT_THAT(as_bpftool(update + "noexist"), Fails(1, "already"));
  EXPECT_THAT(as_bpftool(update + "any"), IsSilent());
}

TEST_F(BpftoolWords, HaveBytesThatFit) {
  for (const char* byte : {"256", "300", "-1", "0x100", "1x", "hex 1ff", "08"})
    EXPECT_THAT(as_bpftool(std::string{"bpftool map lookup id $id key 0 0 0 "} + byte),
                Fails(2, "is not a byte: 0 to 255"))
        << byte;
  EXPECT_THAT(as_bpftool("bpftool map lookup id $id key 1 0 0"), Fails(2, "3 bytes, 4 are needed"));
}

TEST_F(BpftoolWords, ThatAreWrongAreExplained) {
  EXPECT_THAT(as_bpftool("bpftool map update id $id key 1 0 0 0 valu 1"),
              Fails(2, "'valu' is not a byte"));
  EXPECT_THAT(as_bpftool("bpftool map update id $id key 1 0 0 0"),
              Fails(2, "the word 'value' is missing"));
  EXPECT_THAT(as_bpftool("bpftool map dump id $id twice"),
              Fails(2, "'twice' is one word too many"));
  EXPECT_THAT(as_bpftool("bpftool map create x type hash key 4 value 4 entries 2 dev eth0"),
              Fails(2, "memory of a network device"));
}

TEST_F(BpftoolWords, AskForJson) {
  sh("mapctl put m 1 2");
  for (const char* call : {"-j map dump id $id", "-jp map dump id $id", "map dump id $id --json"})
    EXPECT_THAT(as_bpftool(std::string{"bpftool "} + call),
                Prints("[\n{\"key\":1,\"value\":2}\n]\n"))
        << call;
  EXPECT_THAT(sh("mapctl -p get m 7"), Fails(1, "{\"error\":{\"code\":\"absent\""));
}

TEST_F(BpftoolWords, SizeAMapInThreeNotations) {
  EXPECT_THAT(
      as_bpftool(
          "bpftool map create /sys/fs/bpf/n type hash key 0x4 value 010 entries 0x10 && "
          "mapctl create o -t hash -k 4 -v 8 -n 0x10; mapctl list [no] -o csv | cut -d, -f 5-7"),
      Prints("key_size,value_size,max_entries\n4,8,16\n4,8,16\n"));
}

TEST_F(BpftoolWords, GiveWayToAMapOfThatName) {
  sh("mapctl create id -t hash -k u32 -v u32 -n 2; mapctl put id 10 5");
  EXPECT_THAT(sh("mapctl get id 10; mapctl next id; mapctl pop id 10; mapctl put id 10 6; mapctl "
                 "dump id"),
              Prints("5\n10\n5\n10\t6\n"));
}

TEST(BpftoolWordsForQueues, PushPeekAndPop) {
  as_bpftool("bpftool map create /sys/fs/bpf/q type queue key 0 value 4 entries 8 name q");
  EXPECT_THAT(as_bpftool(
                  R"(
            q='pinned /sys/fs/bpf/q'
            bpftool map push $q value 1 0 0 0
            bpftool map enqueue $q value 2 0 0 0
            bpftool map update $q value hex 0a 00 00 00
            bpftool map peek $q
            bpftool map lookup $q
            bpftool map pop $q
            bpftool map dequeue $q)"),
              Prints("1\n1\n1\n2\n"));
}

TEST(BpftoolWordsForMapsOfMaps, NameTheInnerMap) {
  const std::string lines =
      "bpftool map create /sys/fs/bpf/inner type hash key 4 value 4 entries 2 name inner\n"
      "bpftool map create /sys/fs/bpf/outer type array_of_maps key 4 value 4 entries 2 name outer "
      "inner_map pinned /sys/fs/bpf/inner\n"
      "bpftool map update pinned /sys/fs/bpf/outer key 0 0 0 0 value pinned /sys/fs/bpf/inner\n"
      "bpftool map update name outer key 1 0 0 0 value name inner";
  EXPECT_THAT(as_bpftool(lines), IsSilent());
  EXPECT_EQ(sh("mapctl dump outer | cut -f 2 | uniq").out,
            sh("mapctl show inner -o json | jq .id").out);
}

TEST(BpftoolWordsForProgramArrays, NameTheProgram) {
  sh("ip link add v0 type veth peer name v1; mapctl filter load v0; "
     "bpftool prog pin id $(mapctl show filter_map -o json | jq '.programs[0].id') "
     "/sys/fs/bpf/debug");
  EXPECT_THAT(as_bpftool("bpftool map create /sys/fs/bpf/bar type prog_array key 4 value 4 entries "
                         "1 name jmp_table; bpftool map dump pinned /sys/fs/bpf/bar\n"
                         "bpftool map update pinned /sys/fs/bpf/bar key 0 0 0 0 value pinned "
                         "/sys/fs/bpf/debug"),
              IsSilent());
  EXPECT_EQ(sh("mapctl get bar 0").out,
            sh("mapctl show filter_map -o json | jq '.programs[0].id'").out);
}

TEST_F(BpftoolWords, WorkInABatchOfIts) {
  EXPECT_THAT(sh("printf '%s\\n' '# a comment' "
                 "'map update pinned /sys/fs/bpf/m key 1 0 0 0 value 2 0 0 0 0 0 0 0' "
                 "'map lookup pinned /sys/fs/bpf/m key 1 0 0 0' | mapctl batch -"),
              Prints("2\n"));
}

}  // namespace
}  // namespace mapctl::test
