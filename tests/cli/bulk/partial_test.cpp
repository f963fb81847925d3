// Reports of work that stops part-way agree with the map.

#include <unistd.h>

#include <atomic>
#include <thread>

#include "support/bulk.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Provides an empty directory /run, in which the commands work.
class Partial : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("mount -t tmpfs tmp /run"), IsSilent());
    std::filesystem::current_path("/run");
  }
  void TearDown() override { std::filesystem::current_path("/tmp"); }
};

std::size_t count(const std::string& name) { return entries_of(name).size(); }

/// The number of entries of a map that are among these.
std::size_t count_of(const Entries& wanted, const Entries& there) {
  std::size_t found = 0;
  for (const auto& [key, value] : wanted) {
    const auto entry = there.find(key);
    found += entry != there.end() && entry->second == value ? 1 : 0;
  }
  return found;
}

void make(const std::string& name, std::uint32_t size, const Entries& entries = {}) {
  sh("mapctl create " + name + " -t hash -k u32 -v u64 -n " + std::to_string(size));
  Map map = open_pin(name);
  put_all(map, entries);
}

TEST_F(Partial, LoadIntoAMapThatIsFull) {
  const Entries wanted = sequence(0, 4000);
  write_lines("in", wanted);
  make("m", 5000, sequence(100000, 2000));
  const Outcome outcome = sh("mapctl load m -f in");
  EXPECT_THAT(outcome, Fails(10, "cannot put 3000 (in:3001) into m: the map is full"));
  EXPECT_EQ(number_before(outcome.err, " before it were done"), 3000);
  EXPECT_EQ(count_of(wanted, entries_of("m")), 3000U);
  EXPECT_EQ(count("m"), 5000U);
  write_lines("others", sequence(100000, 2000));
  EXPECT_THAT(sh("mapctl del m -f others && mapctl load m -f in"),
              Prints("deleted\t2000\nabsent\t0\nwritten\t4000\ndeleted\t0\n"));
  EXPECT_EQ(entries_of("m"), wanted);
}

TEST_F(Partial, SyncOfMoreThanFitsWritesNothing) {
  write_lines("in", sequence(0, 101));
  make("m", 100, sequence(50, 10, 7));
  EXPECT_THAT(sh("mapctl sync m -f in --prune"), Fails(5, "nothing was written"));
  EXPECT_EQ(entries_of("m"), sequence(50, 10, 7));
}

/// Fills the map as soon as another process has put the first entry into it.
class Filler {
 public:
  Filler(const std::string& name, Entries entries)
      : thread_([this, map = open_pin(name), filling = std::move(entries)]() mutable {
          while (!map.next_key())
            if (ends_) return;
          try {
            put_all(map, filling);
          } catch (const Error&) {  // the map is full
          }
        }) {}
  ~Filler() {
    ends_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

TEST_F(Partial, SyncIntoAMapThatOthersFill) {
  constexpr std::uint32_t size = 10000;
  constexpr const char* padded = " -t hash -k u32 -v '{a:u64,pad:u8[1016]}' -n 10000";
  const Entries wanted = sequence(0, size);
  write_lines("in", wanted, "a=");
  Outcome outcome;
  for (int tries = 0; tries < 10 && outcome.exit != 10; ++tries) {
    sh("mapctl unpin m --yes; mapctl create m" + std::string{padded});
    const Filler filler("m", sequence(100000, 500));
    outcome = sh("mapctl sync m -f in");
  }
  EXPECT_THAT(outcome, Fails(10, "the map is full"));
  const Entries there = entries_of("m");
  const long failed = number_after(outcome.err, "cannot put ");
  EXPECT_EQ(number_before(outcome.err, " before it were done"), failed);
  EXPECT_EQ(number_after(outcome.err, "(in:"), failed + 1);
  EXPECT_EQ(count_of(wanted, there), static_cast<std::size_t>(failed));
  EXPECT_FALSE(there.contains(static_cast<std::uint32_t>(failed)));
  EXPECT_EQ(sh("mapctl sync m -f in --prune").exit, 0);
  EXPECT_EQ(entries_of("m"), wanted);
}

TEST_F(Partial, CopyIntoAMapThatIsFull) {
  const Entries entries = sequence(0, 3000);
  make("src", 3000, entries);
  make("dst", 2500, sequence(100000, 500));
  const Outcome outcome = sh("mapctl copy src dst");
  EXPECT_THAT(outcome, Fails(10, "into dst: the map is full"));
  EXPECT_EQ(number_before(outcome.err, " before it were done"), 2000);
  const Entries there = entries_of("dst");
  EXPECT_EQ(count_of(entries, there), 2000U);
  EXPECT_FALSE(
      there.contains(static_cast<std::uint32_t>(number_after(outcome.err, "cannot put "))));
  sh("mapctl unpin dst --yes; mapctl create dst -t hash -k u32 -v u64 -n 3000");
  EXPECT_THAT(sh("mapctl copy src dst"), Prints("copied\t3000\n"));
  EXPECT_EQ(entries_of("dst"), entries);
}

TEST_F(Partial, CopyIntoANewMapThatIsTooSmallMakesNone) {
  make("src", 100, sequence(0, 100));
  const Outcome outcome = sh("mapctl copy src new --max-entries 60");
  EXPECT_THAT(outcome, Fails(5, "the map is full"));
  EXPECT_THAT(outcome.err, HasSubstr("--max-entries N"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("before it")));
  EXPECT_FALSE(std::filesystem::exists(bpffs / "new"));
}

TEST_F(Partial, RestoreOfMoreThanFitsKeepsTheOldMap) {
  make("m", 100, sequence(0, 100));
  sh("mapctl save m -f saved");
  Map map = open_pin("m");
  put_all(map, sequence(0, 50, 3));
  const Entries old = entries_of(map);
  const Outcome outcome = sh("mapctl restore -f saved --replace --max-entries 60");
  EXPECT_THAT(outcome, Fails(5, "(saved:62) into m: the map is full"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("before it")));
  EXPECT_EQ(entries_of("m"), old);
  EXPECT_EQ(open_pin("m").info().id, map.info().id);
}

TEST_F(Partial, NothingOfAFrozenMapChanges) {
  const Entries old = sequence(0, 600);
  make("m", 1000, old);
  sh("mapctl freeze m --yes");
  write_lines("in", sequence(300, 600, 5));
  for (const char* command : {"load m -f in", "sync m -f in", "sync m -f in --prune", "del m -f in",
                              "clear m --yes", "drain m --yes"}) {
    EXPECT_THAT(sh(std::string{"mapctl "} + command), Fails(6, "the map is frozen")) << command;
    EXPECT_EQ(entries_of("m"), old) << command;
  }
  make("src", 10, sequence(0, 10, 2));
  EXPECT_THAT(sh("mapctl copy src m"), Fails(6, "the map is frozen"));
  EXPECT_EQ(entries_of("m"), old);
}

TEST_F(Partial, NothingOfAFrozenArrayChanges) {
  for (const std::string flags : {"", " --flags mmapable"}) {
    sh("mapctl create a -t array -k u32 -v u64 -n 100" + flags);
    Map map = open_pin("a");
    put_all(map, sequence(0, 100));
    sh("mapctl freeze a --yes");
    write_lines("in", sequence(0, 100, 5));
    for (const char* command : {"load a -f in", "sync a -f in", "clear a --yes"})
      EXPECT_THAT(sh(std::string{"mapctl "} + command), Fails(6, "the map is frozen")) << command;
    EXPECT_EQ(entries_of(map), sequence(0, 100));
    sh("mapctl unpin a --yes");
  }
}

/// Limits kernel memory to 16 MiB, in either version of cgroups.
class SmallMemory {
 public:
  bool is_there() const { return is_there_; }

  SmallMemory() {
    const std::string both = "/sys/fs/cgroup";
    const bool is_unified = std::filesystem::exists(both + "/cgroup.controllers");
    group_ = both + (is_unified ? "" : "/memory") + "/mapctl_test_" + std::to_string(::getpid());
    const std::string limit = is_unified ? "memory.max" : "memory.limit_in_bytes";
    is_there_ = sh("{ echo +memory >" + both + "/cgroup.subtree_control; mkdir " + group_ +
                   "; } 2>/dev/null; test -e " + group_ + "/" + limit)
                    .exit == 0;
    if (is_there_) sh("echo 16777216 >" + group_ + "/" + limit);
  }
  ~SmallMemory() { ::rmdir(group_.c_str()); }

  Outcome run(const std::string& line) const {
    return sh("echo $$ >" + group_ + "/cgroup.procs; exec " + line);
  }

 private:
  std::string group_;
  bool is_there_ = false;
};

TEST_F(Partial, LoadWhereTheKernelHasNoMemoryForMore) {
  const SmallMemory memory;
  if (!memory.is_there()) GTEST_SKIP() << "there are no cgroups that limit memory";
  for (const std::string type : {"hash", "lpm_trie"}) {
    const std::string key = type == "hash" ? "u32" : "cidr4";
    memory.run("mapctl create m -t " + type + " -k " + key +
               " -v '{a:u32,pad:u8[500000]}' -n 100 --flags no_prealloc");
    sh("i=0; while [ $i -lt 100 ]; do echo " + std::string(type == "hash" ? "$i" : "10.0.0.$i") +
       " a=$i; i=$((i+1)); done >in");
    const Outcome outcome = sh("mapctl load m -f in");
    EXPECT_THAT(outcome, Fails(10, "into m: the kernel has no memory for it")) << type;
    const long done = number_before(outcome.err, " before it were done");
    EXPECT_GT(done, 0);
    EXPECT_EQ(number_after(outcome.err, "(in:"), done + 1);
    EXPECT_EQ(count_entries(open_pin("m")), static_cast<std::size_t>(done));
    sh("mapctl unpin m --yes");
  }
}

/// Loads three entries, of which the kernel refuses the third, and then others.
void expect_two_of_three(const std::string& lines, const std::string& mended,
                         const std::string& message) {
  sh("printf '" + lines + "' >in");
  const Outcome outcome = sh("mapctl load m -f in");
  EXPECT_THAT(outcome, Fails(10, message));
  EXPECT_THAT(outcome.err, HasSubstr("(in:3) into m"));
  EXPECT_EQ(number_before(outcome.err, " before it were done"), 2) << outcome;
  EXPECT_EQ(count("m"), 2U);
  sh("printf '" + mended + "' >in");
  EXPECT_THAT(sh("mapctl load m -f in"), Prints("written\t3\ndeleted\t0\n"));
  EXPECT_EQ(count("m"), 3U);
}

TEST_F(Partial, LoadOfAMapThatDoesNotFitIntoItsMap) {
  sh("mapctl create a -t array -k u32 -v u64 -n 1; mapctl create b -t array -k u32 -v u32 -n 1; "
     "mapctl create m -t hash_of_maps -k u32 -n 4 --inner a");
  expect_two_of_three("1 a\\n2 a\\n3 b\\n", "1 a\\n2 a\\n3 a\\n", "cannot put 3 (in:3)");
}

TEST_F(Partial, LoadOfAPrefixThatIsTooLong) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v u32 -n 4");
  expect_two_of_three("10.0.0.0/8 1\\n10.1.0.0/16 2\\nhex:210000000a000001 3\\n",
                      "10.0.0.0/8 1\\n10.1.0.0/16 2\\nhex:200000000a000001 3\\n",
                      "the prefix is too long");
}

TEST_F(Partial, LoadOfAnInterfaceThatIsGoneWritesNothing) {
  sh("mapctl create m -t devmap_hash -k u32 -v 4 -n 4; printf '1 lo\\n2 1\\n3 gone0\\n' >in");
  EXPECT_THAT(sh("mapctl load m -f in"), Fails(7, "in:3: there is no interface 'gone0'"));
  EXPECT_EQ(count("m"), 0U);
}

TEST_F(Partial, NothingIsLostWhereOutputHasNoRoom) {
  make("m", 5000, sequence(0, 5000));
  make("n", 5000, sequence(1000, 4000, 3));
  for (const char* command : {"dump m", "save m", "diff m n", "drain m --yes", "dump m -o json",
                              "dump m --sort key", "save m -o csv", "diff m n -o json"}) {
    const Outcome outcome = sh(std::string{"mapctl "} + command + " >/dev/full");
    EXPECT_THAT(outcome, Fails(9, "No space left")) << command;
    EXPECT_EQ(entries_of("m"), sequence(0, 5000)) << command;
  }
  EXPECT_THAT(sh("mapctl save m -f /dev/full"), Fails(9, "there is no room"));
}

}  // namespace
}  // namespace mapctl::test
