#pragma once
// A follower in the background, which keeps the map m equal to a source.

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "etcd.hpp"

namespace mapctl::test {

class Agent {
 public:
  explicit Agent(const std::string& options, const std::string& map = "m")
      : options_(map + " " + options) {
    start();
  }

  void start() {
    agent_ = std::make_unique<Background>("exec mapctl sync --follow --prune --status status " +
                                          options_);
  }
  /// Ends it as kill -9 does.
  void kill() { agent_.reset(); }
  void send(int signal) const { ::kill(agent_->pid(), signal); }
  bool is_running() const { return agent_->is_running(); }
  Outcome outcome() const { return agent_->outcome(); }
  /// Stops it as systemd does.
  Outcome stop() const {
    send(SIGTERM);
    return agent_->outcome();
  }

 private:
  const std::string options_;
  std::unique_ptr<Background> agent_;
};

inline nlohmann::json status() {
  return nlohmann::json::parse(sh("cat status").out, nullptr, false);
}
inline bool comes_to_state(const std::string& state, const std::string& reason = "") {
  return comes_true([&] {
    const nlohmann::json now = status();
    return now.is_object() && now["state"] == state &&
           now["reason"].get<std::string>().find(reason) != std::string::npos;
  });
}
inline bool map_becomes(const std::string& expected) {
  const bool is = comes_true([&] { return entries() == expected; });
  EXPECT_EQ(entries(), expected) << status();
  return is;
}

inline void make_map(int size = 100000) {
  sh(fmt::format("mapctl create m -t hash -k u32 -v u64 -n {}", size));
}

}  // namespace mapctl::test
