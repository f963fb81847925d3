#pragma once
// A real etcd on the loopback interface of the test.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>

#include "support/shell/shell.hpp"

namespace mapctl::test {

/// One or more members, whose data lie in the directory of the test.
class Etcd {
 public:
  explicit Etcd(int members = 1) : members_(static_cast<std::size_t>(members)) {
    sh("ip link set lo up");
    for (int i = 0; i < members; ++i) start(i);
    EXPECT_TRUE(answers());
  }

  /// Starts a member, again with the data that it had.
  void start(int i) {
    std::string cluster;
    for (std::size_t j = 0; j < members_.size(); ++j)
      cluster += fmt::format("{}m{}=http://127.0.0.1:{}", j == 0 ? "" : ",", j, 2380 + 10 * j);
    members_[static_cast<std::size_t>(i)] = std::make_unique<Background>(
        fmt::format("exec etcd --name m{0} --data-dir etcd{0} --log-level error --unsafe-no-fsync "
                    "--heartbeat-interval 50 --election-timeout 500 --max-txn-ops 100000 "
                    "--listen-client-urls http://{1} --advertise-client-urls http://{1} "
                    "--listen-peer-urls http://127.0.0.1:{2} --initial-advertise-peer-urls "
                    "http://127.0.0.1:{2} "
                    "--initial-cluster {3}",
                    i, endpoint(i), 2380 + 10 * i, cluster));
  }
  /// Ends a member as kill -9 does; all clients lose it at once.
  void kill(int i = 0) { members_[static_cast<std::size_t>(i)].reset(); }
  void send(int signal, int i = 0) const {
    ::kill(members_[static_cast<std::size_t>(i)]->pid(), signal);
  }

  static std::string endpoint(int i = 0) { return fmt::format("127.0.0.1:{}", 2379 + 10 * i); }
  /// The address of entries below /edge, with all members.
  std::string uri() const {
    std::string hosts = endpoint(0);
    for (std::size_t i = 1; i < members_.size(); ++i) hosts += "," + endpoint(static_cast<int>(i));
    return "etcd://" + hosts + "/edge";
  }

  /// Runs etcdctl with one member, and returns what it prints.
  static std::string ctl(const std::string& words, int member = 0) {
    const Outcome outcome =
        sh(fmt::format("ETCDCTL_API=3 etcdctl --endpoints {} {}", endpoint(member), words));
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    return outcome.out;
  }
  static void put(const std::string& key, const std::string& value) {
    ctl(fmt::format("put -- '/edge/{}' '{}'", key, value));
  }
  static bool answers(int member = 0) {
    return comes_true([&] {
      return sh(fmt::format("ETCDCTL_API=3 etcdctl --endpoints {} get x", endpoint(member))).exit ==
             0;
    });
  }

 private:
  std::vector<std::unique_ptr<Background>> members_;
};

/// What the map m holds, sorted.
inline std::string entries() { return sh("mapctl dump m | sort").out; }

}  // namespace mapctl::test
