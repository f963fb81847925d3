// create: every type of map, and types from a compiled program.

#include <algorithm>
#include <array>
#include <string>

#include <bpf/libbpf.h>

#include "mapctl/map_type.hpp"
#include "support/object_file.hpp"
#include "support/shell/matchers.hpp"
#include "types.skel.h"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

class CreateWithBtf : public testing::Test {
 protected:
  ObjectFile object_{types_bpf__elf_bytes};
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

TEST_F(CreateWithBtf, DoesNotBelieveATypeThatIsSmallerThanItsMembers) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 7");
  const std::string why = "'struct huge' cannot be used";
  EXPECT_THAT(sh("mapctl dump m --value-as '{a:struct huge}' --btf $o"), Fails(2, why));
  EXPECT_THAT(sh("mapctl put m 1 b=hello --value-as 'struct huge' --btf $o"), Fails(2, why));
  EXPECT_THAT(sh("mapctl create n -t hash -k '{a:struct huge}' -v u64 -n 8 --btf $o"),
              Fails(2, why));
}

TEST_F(CreateWithBtf, ServesOtherCommandsAsWell) {
  sh("mapctl create m -t hash -k 12 -v 1 -n 8");
  EXPECT_THAT(sh("mapctl put m port=80 level=3 --key-as 'struct flow' --value-as level_t --btf $o"),
              IsSilent());
  EXPECT_THAT(sh("mapctl dump m --value-as level_t --btf $o -o jsonl | jq .value.level"),
              Prints("3\n"));
}

/// A type, and the further options of its creation.
struct Words {
  const char* type;
  const char* words;
};

std::ostream& operator<<(std::ostream& os, const Words& words) { return os << words.type; }

std::string create_line(const Words& words) {
  return std::string{"mapctl create m -t "} + words.type + " " + words.words;
}

bool is_newer_than_this_kernel(std::string_view type) {
  return *since(*parse_map_type(type)) > running_kernel();
}

class EveryType : public testing::TestWithParam<Words> {};

TEST(Create, AdvisesToKeepTheEntriesOfAMapOfAnotherSize) {
  const std::string line = "mapctl create m -t hash -k u32 -v u32 --exist-ok -n ";
  sh(line + "8; mapctl put m 1 2");
  const Outcome refused = sh(line + "16");
  EXPECT_THAT(refused, Fails(1, "exists already and has another size"));
  EXPECT_THAT(refused.err, Not(HasSubstr("unpin")));
  EXPECT_THAT(refused.err, HasSubstr("mapctl resize /sys/fs/bpf/m --max-entries 16"));
  sh("mapctl resize /sys/fs/bpf/m --max-entries 16");
  EXPECT_THAT(sh(line + "16; mapctl dump m"), Prints("1\t2\n"));
}

// The kernel keeps the types, or the map has none; a second map is of the same kind.
TEST_P(EveryType, IsMadeWithNoMoreThanItNeeds) {
  sh("mapctl create inner -t hash -k u32 -v u32 -n 8");
  const std::string line = create_line(GetParam());
  if (is_newer_than_this_kernel(GetParam().type)) {
    EXPECT_EQ(sh(line).exit, 6);
    return;
  }
  EXPECT_THAT(sh(line), IsSilent());
  EXPECT_THAT(sh("mapctl show m -o json | jq -r .type"),
              Prints(GetParam().type + std::string{"\n"}));
  EXPECT_THAT(sh(line + " --exist-ok"), IsSilent());
}

constexpr std::array every_type{

    Words{"hash", "-k ipv4 -v u64 -n 4"},
    Words{"array", "-v u64 -n 4"},
    Words{"prog_array", "-n 4"},
    Words{"perf_event_array", ""},
    Words{"percpu_hash", "-k mac -v u64 -n 4"},
    Words{"percpu_array", "-v u64 -n 4"},
    Words{"stack_trace", "-v 1016 -n 4"},
    Words{"cgroup_array", "-n 4"},
    Words{"lru_hash", "-k u32 -v u64 -n 4"},
    Words{"lru_percpu_hash", "-k u32 -v u64 -n 4"},
    Words{"lpm_trie", "-k cidr4 -v u64 -n 4"},
    Words{"array_of_maps", "-n 4 --inner inner"},
    Words{"hash_of_maps", "-k 4 -n 4 --inner inner"},
    Words{"devmap", "-v 4 -n 4"},
    Words{"sockmap", "-v 8 -n 4"},
    Words{"cpumap", "-v 4 -n 1"},
    Words{"xskmap", "-n 4"},
    Words{"sockhash", "-k 4 -v 8 -n 4"},
    Words{"cgroup_storage", "-k u64 -v u64"},
    Words{"reuseport_sockarray", "-v u64 -n 4"},
    Words{"percpu_cgroup_storage", "-k '{cgroup_inode_id:u64,attach_type:u32}' -v u64"},
    Words{"queue", "-v 8 -n 4"},
    Words{"stack", "-v 8 -n 4"},
    Words{"sk_storage", "-v u64"},
    Words{"devmap_hash", "-v 8 -n 4"},
    Words{"ringbuf", "-n 4096"},
    Words{"inode_storage", "-v u64"},
    Words{"task_storage", "-v u64"},
    Words{"bloom_filter", "-v ipv4 -n 4"},
    Words{"user_ringbuf", "-n 4096"},
    Words{"cgrp_storage", "-v u64"},
    Words{"arena", "-n 4"}};

INSTANTIATE_TEST_SUITE_P(Create, EveryType, testing::ValuesIn(every_type),
                         [](const auto& each) { return std::string{each.param.type}; });

class TypeWithoutBtf : public testing::TestWithParam<Words> {};

TEST_P(TypeWithoutBtf, IsMadeWithoutTypesAndThatIsSaid) {
  sh("mapctl create inner -t hash -k u32 -v u32 -n 8");
  const Outcome outcome = sh(create_line(GetParam()));
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.err, HasSubstr("the map has no types: the kernel keeps no types for a"));
  EXPECT_THAT(sh("mapctl show m -o json | jq .btf_id"), Prints("0\n"));
}

INSTANTIATE_TEST_SUITE_P(
    Create, TypeWithoutBtf,
    testing::Values(Words{"perf_event_array", "-k u32 -v u32"},
                    Words{"stack_trace", "-v 'u64[16]' -n 4"}, Words{"cgroup_array", "-v u32 -n 4"},
                    Words{"array_of_maps", "-k u32 -n 4 --inner inner"},
                    Words{"hash_of_maps", "-k ipv4 -n 4 --inner inner"},
                    Words{"devmap", "-v u32 -n 4"}, Words{"devmap_hash", "-v u32 -n 4"},
                    Words{"sockmap", "-v u64 -n 4"}, Words{"sockhash", "-k ipv4 -v u64 -n 4"},
                    Words{"cpumap", "-v u32 -n 1"}, Words{"xskmap", "-v u32 -n 4"},
                    Words{"queue", "-v u64 -n 4"}, Words{"stack", "-v u64 -n 4"}),
    [](const auto& each) { return std::string{each.param.type}; });

TEST(CreateTypes, AreAllTriedHere) {
  const std::string listed = sh("mapctl create m -t none").err;
  for (const Words& each : every_type) EXPECT_THAT(listed, HasSubstr(each.type));
  // The names are separated by commas; struct_ops is tested below.
  EXPECT_EQ(std::ranges::count(listed, ','), std::ssize(every_type));
}

TEST(CreateTypes, LeavesStructOpsToTheirLoader) {
  EXPECT_THAT(sh("mapctl create m -t struct_ops"),
              Fails(6, "load the object file that defines them"));
}

TEST(CreateTypes, SaysWhatIsMissing) {
  EXPECT_THAT(sh("mapctl create m -t hash"), Fails(2, "-k u32"));
  EXPECT_THAT(sh("mapctl create m -t hash -k u32"), Fails(2, "-v u64"));
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v u32"), Fails(2, "how many entries"));
  EXPECT_THAT(sh("mapctl create m -t ringbuf"), Fails(2, "how many bytes"));
  EXPECT_THAT(sh("mapctl create m -t ringbuf -n 5000"), Fails(2, "use 4096 or 8192"));
  EXPECT_THAT(sh("mapctl create m -t task_storage -v u64 -n 5"), Fails(2, "grows by itself"));
}

TEST(CreateTypes, RefusesPrefixesWhereNothingComparesThem) {
  EXPECT_THAT(sh("mapctl create m -t hash -k cidr -v u32 -n 8"), Fails(2, "-t lpm_trie -k cidr"));
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v cidr4 -n 8"), Fails(2, "cidr4 is the type of"));
  EXPECT_THAT(sh("mapctl create m -t lpm_trie -k cidr -v u32 -n 8"), IsSilent());
}

TEST(CreateTypes, RefusesWhatWouldDoNothing) {
  const std::string hash = "mapctl create m -t hash -k u32 -v u32 -n 4 ";
  EXPECT_THAT(sh(hash + "--flags rdonly"), Fails(2, "freeze it, once it is filled"));
  EXPECT_THAT(sh(hash + "--flags 0x10"), Fails(2, "wronly_prog"));
  EXPECT_THAT(sh(hash + "--flags numa_node"), Fails(2, "--numa-node 0"));
  EXPECT_THAT(sh(hash + "--inner m"), Fails(2, "--inner is for maps of maps, not for hash"));
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v u32 -n 0"),
              Fails(2, "max_entries must not be 0"));
}

TEST(CreateTypes, AdvisesKeysThatTheTypeTakes) {
  EXPECT_THAT(sh("mapctl create m -t cgroup_storage -v u64"), Fails(2, "-k u64"));
  EXPECT_THAT(sh("mapctl create m -t lpm_trie -v u64 -n 4"), Fails(2, "-k cidr4"));
}

// Creating a large map takes a while, so each command starts before another has finished.
TEST(CreateTypes, AreMadeOnceHoweverManyTry) {
  EXPECT_THAT(sh("for i in 1 2 3; do mapctl create m -t hash -k u32 -v u32 -n 200000 --exist-ok & "
                 "all=\"$all $!\"; done; for one in $all; do wait $one || echo failed; done"),
              IsSilent());
}

TEST(CreateTypes, DoNotForceABloomFilter) {
  sh("mapctl create m -t bloom_filter -v u32 -n 4");
  EXPECT_THAT(sh("mapctl push m 7 --force"), Fails(6, "a bloom_filter only adds values"));
}

TEST(CreateTypes, PutsAMapOnANode) {
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v u32 -n 4 --numa-node 0"), IsSilent());
  EXPECT_THAT(sh("mapctl show m -o json | jq -c .flags"), Prints("[\"numa_node\"]\n"));
  EXPECT_THAT(sh("mapctl create n -t hash -k u32 -v u32 -n 4 --numa-node 99"),
              Fails(2, "there is no NUMA node 99"));
}

TEST(CreateTypes, GivesABloomFilterItsHashes) {
  const std::string line = "mapctl create m -t bloom_filter -v u32 -n 8 --hashes ";
  EXPECT_THAT(sh(line + "3"), IsSilent());
  EXPECT_THAT(sh(line + "3 --exist-ok"), IsSilent());
  EXPECT_THAT(sh(line + "4 --exist-ok"), Fails(1, "number of hash functions is 3, not 4"));
  EXPECT_THAT(sh(line + "16"), Fails(2, "1 to 15"));
  EXPECT_THAT(sh("mapctl create n -t hash -k 4 -v 4 -n 8 --hashes 3"),
              Fails(2, "--hashes is for a bloom_filter"));
}

TEST(CreateTypes, TakesTheInnerMapByItsId) {
  sh("mapctl create inner -t array -v u64 -n 2");
  EXPECT_THAT(sh("mapctl create m -t array_of_maps -n 2 --inner id:$(mapctl show inner -o json | "
                 "jq .id) && mapctl put m 0 inner"),
              IsSilent());
}

TEST(Storage, KeepsAValueWithATask) {
  sh("mapctl create m -t task_storage -v u64");
  EXPECT_THAT(sh("mapctl put m $$ 7 && mapctl get m $$ && mapctl del m $$"), Prints("7\n"));
  EXPECT_THAT(sh("mapctl get m $$"), Fails(1, "is not in m"));
}

/// Puts, gets and deletes the value of a path in a file system of that type, mounted at $d.
Outcome at_path(const std::string& type, const std::string& path) {
  const std::string run = "mapctl put m " + path + " 7; mapctl get m " + path + "; mapctl del m " +
                          path + "; mapctl get m " + path + " 2>&1 | sed s,$d,D,";
  return sh("d=$(mktemp -d); mount -t " + type + " none $d; touch $d/file 2>/dev/null; " + run +
            "; umount $d; rmdir $d");
}

TEST(Storage, KeepsAValueWithACgroup) {
  if (is_newer_than_this_kernel("cgrp_storage")) return;
  sh("mapctl create m -t cgrp_storage -v u64");
  EXPECT_THAT(at_path("cgroup2", "$d"), Prints("7\nmapctl: D is not in m\n"));
}

TEST(Storage, KeepsAValueWithAFile) {
  sh("mapctl create m -t inode_storage -v u64");
  EXPECT_THAT(at_path("tmpfs", "$d/file"), Prints("7\nmapctl: D/file is not in m\n"));
}

TEST(Create, NamesInEachRefusalWhatWouldHaveWorked) {
  sh("mapctl create h -t hash -k u32 -v u32 -n 1; "
     "mapctl create o -t array_of_maps -n 1 --inner h");
  for (const char* words : {"hash -k u32 -v u32 -n 8 --hashes 3",
                            "hash -k u32 -v u32 -n 8 --name a/b",
                            "hash -k u32 -v u32 -n 8 --name 1234567890123456",
                            "array -k u64 -v u32 -n 8",
                            "queue -k u32 -v u32 -n 8",
                            "ringbuf -v u32 -n 4096",
                            "ringbuf -n 5000",
                            "lpm_trie -k u32 -v u32 -n 8",
                            "lpm_trie -k 'u8[300]' -v u32 -n 8",
                            "cgroup_storage -k u32 -v u32",
                            "devmap -v 'u8[3]' -n 8",
                            "stack_trace -v 'u8[7]' -n 8",
                            "hash -k u32 -v u32 -n 8 --flags mmapable",
                            "array -k u32 -v u32 -n 8 --flags rdonly_prog,wronly_prog",
                            "percpu_hash -k u32 -v u32 -n 8 --numa-node 0",
                            "hash -k u32 -v u32 -n 8 --numa-node 999",
                            "bloom_filter -v u32 -n 8 --hashes 16",
                            "hash -k u32 -v u32 -n 0",
                            "task_storage -v u32 -n 8",
                            "array_of_maps -n 8",
                            "array_of_maps -n 8 --inner o",
                            "hash -k u32 -v u32 -n 8 --inner h",
                            "hash -k u32 -v u32 -n 8 --mode 9",
                            "hash -k u32 -v u32 -n 8 --group nobody_at_all",
                            "hash -k 'u8[2000000000]' -v u32 -n 8",
                            "hash -k u32 -v u32 -n 4294967295"})
    EXPECT_THAT(sh(std::string{"mapctl create m -t "} + words),
                testing::Field(&Outcome::err, HasSubstr("\n  fix: ")))
        << words;
  EXPECT_THAT(sh("mapctl create a/b/m -t hash -k u32 -v u32 -n 8"),
              Fails(3, "mkdir -p /sys/fs/bpf/a/b"));
  EXPECT_THAT(sh("mapctl create /sys/fs/bpf/x/ -t hash -k u32 -v u32 -n 8").err,
              HasSubstr("\n  fix: "));
}

}  // namespace
}  // namespace mapctl::test
