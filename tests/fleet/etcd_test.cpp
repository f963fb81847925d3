// sync --follow with etcd: nothing that happens to it is lost or empties a map.

#include "agent.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

std::string agent_options(const Etcd& etcd) { return "--alive 500ms --from " + etcd.uri(); }

TEST(FollowEtcd, TakesPutsDeletionsAndTransactions) {
  const Etcd etcd;
  make_map();
  Etcd::put("1", "10");
  const Agent agent(agent_options(etcd));
  EXPECT_TRUE(map_becomes("1\t10\n"));
  Etcd::put("2", "20");
  EXPECT_TRUE(map_becomes("1\t10\n2\t20\n"));
  sh("printf '\\nput /edge/3 30\\ndel /edge/1\\n\\n\\n' | ETCDCTL_API=3 etcdctl txn -i");
  EXPECT_TRUE(map_becomes("2\t20\n3\t30\n"));
  EXPECT_TRUE(comes_to_state("following"));
}

TEST(FollowEtcd, IsNotEmptiedWithItsPrefix) {
  const Etcd etcd;
  make_map();
  Etcd::put("1", "10");
  const Agent agent(agent_options(etcd));
  EXPECT_TRUE(map_becomes("1\t10\n"));
  Etcd::ctl("del --prefix /edge/");
  EXPECT_TRUE(comes_to_state("held", "--min-entries wants 1"));
  EXPECT_EQ(entries(), "1\t10\n");
  Etcd::put("2", "20");
  EXPECT_TRUE(map_becomes("2\t20\n"));
}

TEST(FollowEtcd, LosesNothingIfEtcdIsKilled) {
  Etcd etcd;
  make_map();
  Etcd::put("1", "10");
  const Agent agent(agent_options(etcd));
  EXPECT_TRUE(map_becomes("1\t10\n"));
  etcd.kill();
  EXPECT_TRUE(comes_to_state("lost"));
  EXPECT_EQ(entries(), "1\t10\n");
  etcd.start(0);
  Etcd::answers();
  Etcd::put("2", "20");
  EXPECT_TRUE(map_becomes("1\t10\n2\t20\n"));
}

TEST(FollowEtcd, GoesOnWithAnotherMember) {
  Etcd etcd(3);
  make_map();
  Etcd::put("1", "10");
  const Agent agent(agent_options(etcd));
  EXPECT_TRUE(map_becomes("1\t10\n"));
  etcd.kill(0);
  Etcd::answers(1);
  Etcd::ctl("put /edge/2 20", 1);
  EXPECT_TRUE(map_becomes("1\t10\n2\t20\n"));
  etcd.start(0);
  Etcd::answers(0);
  etcd.send(SIGSTOP, 1);
  EXPECT_TRUE(comes_true([] {
    return sh("ETCDCTL_API=3 etcdctl --endpoints 127.0.0.1:2379 put /edge/3 30").exit == 0;
  }));
  EXPECT_TRUE(map_becomes("1\t10\n2\t20\n3\t30\n"));
}

TEST(FollowEtcd, ComparesAnewAfterACompactionWhileItWasAway) {
  Etcd etcd;
  make_map();
  Etcd::put("1", "10");
  Etcd::put("2", "20");
  const Agent agent(agent_options(etcd));
  EXPECT_TRUE(map_becomes("1\t10\n2\t20\n"));
  agent.send(SIGSTOP);
  etcd.kill();  // the watch that goes on would still get all
  etcd.start(0);
  Etcd::answers();
  Etcd::ctl("del /edge/1");
  Etcd::put("3", "30");
  Etcd::ctl("compaction 5");
  agent.send(SIGCONT);
  EXPECT_TRUE(map_becomes("2\t20\n3\t30\n"));
}

TEST(FollowEtcd, SeesAStoreThatGoesBack) {
  Etcd etcd;
  make_map();
  Etcd::put("1", "10");
  Etcd::ctl("snapshot save backup");
  Etcd::put("2", "20");
  Etcd::put("3", "30");
  const Agent agent(agent_options(etcd));
  EXPECT_TRUE(map_becomes("1\t10\n2\t20\n3\t30\n"));
  etcd.kill();
  sh("rm -r etcd0; ETCDCTL_API=3 etcdctl snapshot restore backup --name m0 --data-dir etcd0 "
     "--initial-cluster m0=http://127.0.0.1:2380 "
     "--initial-advertise-peer-urls http://127.0.0.1:2380");
  etcd.start(0);
  Etcd::answers();
  EXPECT_TRUE(map_becomes("1\t10\n"));
}

TEST(FollowEtcd, IsFinishedAfterItWasKilled) {
  const Etcd etcd;
  make_map();
  Etcd::put("0", "1");
  Agent agent(agent_options(etcd));
  for (int i = 1; i <= 10; ++i) {
    sh(
        fmt::format("{{ echo; for i in $(seq 1 500); do echo put /edge/$i {}; done; echo; echo; }} "
                    "| ETCDCTL_API=3 etcdctl txn -i",
                    i));
    agent.kill();
    EXPECT_EQ(sh("mapctl get m 0").out, "1\n");
    agent.start();
  }
  EXPECT_TRUE(comes_true([&] { return sh("mapctl diff m " + etcd.uri()).exit == 0; }));
}

TEST(FollowEtcd, ComesToTheSameAfterManyChanges) {
  const Etcd etcd;
  make_map();
  Etcd::put("0", "1");
  const Agent agent(agent_options(etcd));
  EXPECT_TRUE(map_becomes("0\t1\n"));
  agent.send(SIGSTOP);
  for (int i = 0; i < 10; ++i)
    sh(fmt::format(
        "{{ echo; for i in $(seq {} {}); do echo put /edge/$i 7; done; echo; echo; }} | "
        "ETCDCTL_API=3 etcdctl txn -i",
        1 + 1000 * i, 1000 + 1000 * i));
  agent.send(SIGCONT);
  EXPECT_TRUE(comes_true([&] { return sh("mapctl diff m " + etcd.uri()).exit == 0; }));
  EXPECT_EQ(sh("mapctl count m").out, "10001\n");
}

TEST(FollowEtcd, IsHeldByAKeyOfTheStore) {
  const Etcd etcd;
  make_map();
  Etcd::put("1", "10");
  const Agent agent(agent_options(etcd));
  EXPECT_TRUE(map_becomes("1\t10\n"));
  Etcd::put("_hold", "we look at it");
  EXPECT_TRUE(comes_to_state("held", "we look at it"));
  Etcd::put("2", "20");
  Etcd::ctl("del /edge/_hold");
  EXPECT_TRUE(map_becomes("1\t10\n2\t20\n"));
}

TEST(FollowEtcd, WaitsForTheEndOfAPublication) {
  const Etcd etcd;
  make_map();
  Etcd::put("1", "10");
  const Agent agent(agent_options(etcd));
  EXPECT_TRUE(map_becomes("1\t10\n"));
  Etcd::put("_publishing", "");
  Etcd::put("2", "20");
  Etcd::ctl("del /edge/1");
  EXPECT_EQ(entries(), "1\t10\n");
  Etcd::ctl("del /edge/_publishing");
  EXPECT_TRUE(map_becomes("2\t20\n"));
}

TEST(FollowEtcd, EndsIfItMayNotReadAtAll) {
  const Etcd etcd;
  make_map();
  sh("mapctl put m 1 10");
  for (const char* words :
       {"user add root:r", "user add host:h", "user grant-role root root", "auth enable"})
    sh(std::string{"ETCDCTL_API=3 etcdctl "} + words);
  EXPECT_THAT(sh("ETCDCTL_USER=host:h mapctl sync m --follow --prune --from " + etcd.uri()),
              Fails(8, "permission denied"));
  EXPECT_EQ(entries(), "1\t10\n");
}

TEST(FollowEtcd, TakesOneOfTwoTextsOfAKey) {
  const Etcd etcd;
  make_map();
  Etcd::put("1", "10");
  Etcd::put("0x1", "11");
  const Agent agent(agent_options(etcd));
  EXPECT_TRUE(map_becomes("1\t10\n"));
  Etcd::ctl("del /edge/1");
  EXPECT_TRUE(map_becomes("1\t11\n"));
}

}  // namespace
}  // namespace mapctl::test
