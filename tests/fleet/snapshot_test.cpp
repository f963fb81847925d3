// sync, diff and load read what is in etcd, what a command prints, and the files of a directory.

#include <fmt/format.h>

#include "agent.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

TEST(FromEtcd, MakesAMapEqualToWhatIsBelowAPrefix) {
  const Etcd etcd;
  make_map();
  sh("mapctl put m 9 9");
  for (int i = 1; i < 4; ++i) Etcd::put(std::to_string(i), fmt::format("{}0", i));
  Etcd::ctl("put /edge.hosts/web1 x");
  Etcd::put("_hold", "");
  EXPECT_EQ(sh("mapctl sync m --from " + etcd.uri() + " --prune -o json").out,
            "{\"added\":3,\"changed\":0,\"deleted\":1,\"unchanged\":0,\"extra\":0,"
            "\"modified\":true}\n");
  EXPECT_EQ(entries(), "1\t10\n2\t20\n3\t30\n");
}

TEST(FromEtcd, ReadsManyEntriesInPagesOfOneRevision) {
  const Etcd etcd;
  make_map();
  sh("{ echo; seq 45000 | sed 's|.*|put /edge/& 7|'; echo; echo; } | ETCDCTL_API=3 etcdctl txn -i");
  EXPECT_THAT(sh("mapctl sync m --from " + etcd.uri() + " -o json").out,
              HasSubstr("\"added\":45000,"));
}

TEST(FromEtcd, ServesDiffLoadAndRulesToo) {
  const Etcd etcd;
  make_map();
  Etcd::put("1", "10");
  EXPECT_EQ(sh("mapctl diff m " + etcd.uri()).out, "added\t1\t10\n");
  EXPECT_THAT(sh("mapctl load m --from " + etcd.uri()), Prints("written\t1\ndeleted\t0\n"));
  EXPECT_THAT(sh("mapctl diff m " + etcd.uri()), IsSilent());
}

TEST(FromEtcd, NamesAWrongEntryAndWritesNothing) {
  const Etcd etcd;
  make_map();
  Etcd::put("1", "10");
  Etcd::put("2", "many");
  EXPECT_THAT(sh("mapctl sync m --from " + etcd.uri()), Fails(7, "many"));
  EXPECT_EQ(entries(), "");
}

TEST(FromEtcd, AsksTheNextMemberIfOneIsGone) {
  const Etcd etcd;
  make_map();
  Etcd::put("1", "10");
  EXPECT_EQ(sh("ETCDCTL_DIAL_TIMEOUT=1s ETCDCTL_COMMAND_TIMEOUT=2s mapctl sync m "
               "--from etcd://127.0.0.1:9,127.0.0.1:2379/edge")
                .exit,
            0);
  EXPECT_EQ(entries(), "1\t10\n");
}

TEST(FromEtcd, ChangesNothingIfEtcdDoesNotAnswer) {
  sh("ip link set lo up");
  make_map();
  sh("mapctl put m 1 10");
  EXPECT_THAT(sh("ETCDCTL_DIAL_TIMEOUT=1s ETCDCTL_COMMAND_TIMEOUT=1s mapctl sync m --prune --yes "
                 "--from etcd://127.0.0.1:9/edge"),
              Fails(8, "cannot read /edge/ of etcd"));
  EXPECT_EQ(entries(), "1\t10\n");
}

TEST(FromEtcd, DoesNotEmptyAMapForAWrongPrefix) {
  const Etcd etcd;
  make_map();
  sh("mapctl put m 1 10");
  EXPECT_THAT(sh("mapctl sync m --prune --from " + etcd.uri()), Fails(2, "has no entries"));
  EXPECT_EQ(entries(), "1\t10\n");
}

TEST(FromEtcd, WantsAPrefix) {
  make_map();
  EXPECT_THAT(sh("mapctl sync m --from etcd://127.0.0.1"), Fails(2, "has no prefix of keys"));
}

TEST(FromCommand, TakesAWholeSnapshot) {
  make_map();
  EXPECT_EQ(sh(R"(mapctl sync m --exec 'echo "{\"op\":\"begin\",\"revision\":\"41\"}";
                  echo "{\"key\":1,\"value\":10}"; echo "{\"op\":\"end\",\"entries\":1}"; sleep 100')")
                .exit,
            0);
  EXPECT_EQ(entries(), "1\t10\n");
}

TEST(FromCommand, ChangesNothingIfTheSnapshotIsTruncated) {
  make_map();
  sh("mapctl put m 1 10");
  const std::string begin = R"(echo "{\"op\":\"begin\"}"; echo "{\"key\":2,\"value\":20}")";
  EXPECT_THAT(sh("mapctl sync m --prune --exec '" + begin + "; echo no more >&2; exit 3'"),
              Fails(8, "ended with exit status 3 before {\"op\":\"end\"}: no more"));
  EXPECT_THAT(
      sh("mapctl sync m --prune --exec '" + begin + R"(; echo "{\"op\":\"end\",\"entries\":2}"')"),
      Fails(8, "there were 1 entries"));
  EXPECT_THAT(sh("mapctl sync m --exec 'echo 2 20'"), Fails(8, "the first line has to be"));
  EXPECT_THAT(sh("mapctl sync m --exec 'kill -9 $$'"), Fails(8, "exit status 137"));
  EXPECT_EQ(entries(), "1\t10\n");
}

TEST(FromDirectory, MergesItsFilesInOrderOfName) {
  make_map();
  sh("mkdir d; printf '1 10\\n2 20\\n' >d/20-more; echo '{\"key\":2,\"value\":21}' >d/30-last;"
     "echo 1 9 >d/10-first; echo x >d/.hidden; echo x >d/20-more~; mkdir d/deeper");
  EXPECT_EQ(sh("mapctl sync m --from d").exit, 0);
  EXPECT_EQ(entries(), "1\t10\n2\t21\n");
}

TEST(FromDirectory, NamesTheFileAndLineOfAWrongEntry) {
  make_map();
  sh("mkdir d; printf '1 10\\n2 20\\n' >d/a; printf '3 30\\n3 31\\n' >d/b");
  EXPECT_THAT(sh("mapctl sync m --from d"), Fails(7, "d/b:2"));
  sh("printf '3 30\\n4 x\\n' >d/b");
  EXPECT_THAT(sh("mapctl load m --from d"), Fails(7, "d/b:2"));
}

TEST(FromDirectory, DoesNotEmptyAMapIfItIsEmpty) {
  make_map();
  sh("mapctl put m 1 10; mkdir d");
  EXPECT_THAT(sh("mapctl sync m --prune --from d"), Fails(2, "has no entries"));
  EXPECT_EQ(entries(), "1\t10\n");
}

TEST(FromNowhere, IsRefused) {
  make_map();
  EXPECT_THAT(sh("mapctl sync m"), Fails(2, "what to read is missing"));
}

}  // namespace
}  // namespace mapctl::test
