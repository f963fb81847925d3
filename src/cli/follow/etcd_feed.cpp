// Follows a prefix of etcd: a snapshot, and then `etcdctl watch` from the next revision on, with
// one member at a time. The watch is not believed alone: see take_again().

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "cli/feed/etcd.hpp"
#include "cli/follow/backoff.hpp"
#include "cli/follow/feed.hpp"
#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

/// What etcdctl prints as an answer to `progress`.
constexpr std::string_view progress_notify = "progress notify:";
/// Whoever writes more keys than fit into one transaction sets this one before and deletes it
/// after.
constexpr std::string_view publishing = "_publishing";
constexpr std::string_view held = "_hold";

class EtcdFeed final : public Feed {
 public:
  EtcdFeed(const std::string& uri, FollowTimes times)
      : place_(etcd_place(uri)), times_(times), member_(random_() % place_.endpoints.size()) {
    if (!is_printable(place_.prefix) || place_.prefix.find_first_of("\"\\") != std::string::npos)
      throw usage_error(fmt::format("the prefix of '{}' cannot be followed", uri),
                        {"choose one without quotes and backslashes"});
  }

  std::vector<int> readable() const override {
    return watch_ ? watch_->readable() : std::vector<int>{};
  }
  std::optional<Clock::time_point> due() const override { return has_more_ ? Clock::now() : due_; }
  void take_again() override {
    needs_snapshot_ = true;
    if (watch_) due_ = Clock::now();
  }

  bool step(Mirror& mirror) override {
    try {
      const Clock::time_point now = Clock::now();
      if (!watch_ && now < due_) return true;
      if (now >= again_) needs_snapshot_ = true;
      if (needs_snapshot_) take_snapshot(mirror);
      if (!watch_) start();
      read(mirror);
      ask_if_alive(mirror);
    } catch (const Failed& failed) {
      if (failed.failure().exit != Exit::remote || is_hopeless(failed.failure().why)) throw;
      lose(mirror, failed.failure().message, failed.failure().why);
    }
    return true;
  }

 private:
  const std::string& endpoint() const { return place_.endpoints[member_]; }

  void take_snapshot(Mirror& mirror) {
    mirror.begin();
    std::optional<std::string> hold;
    bool is_published = true;
    const EtcdRevision read =
        read_etcd(place_, endpoint(), [&](std::string&& key, std::string&& value) {
          if (key == held) hold = std::move(value);
          if (key == publishing) is_published = false;
          if (!key.starts_with('_')) mirror.put(std::move(key), std::move(value));
        });
    mirror.hold(std::move(hold));
    set_published(is_published);
    mirror.end({}, std::to_string(read.revision));
    seen_ = read.revision;
    cluster_ = read.cluster;
    lower_ = 0;
    needs_snapshot_ = false;
    // Not all hosts at the same moment: 20 % more or less.
    const std::uint32_t fifth = times_.again / 5;
    again_ = Clock::now() + milliseconds(times_.again - fifth + random_() % (2 * fifth + 1));
  }

  void start() {
    watch_.emplace(std::vector<std::string>{"etcdctl", "watch", "-i", "-w", "json"},
                   EtcdPlace::environment(endpoint()));
    watch_->write(
        fmt::format("watch --rev {} \"{}\" \"{}\"\n", seen_ + 1, place_.prefix, place_.end()));
    answered_ = Clock::now();
    ask();
  }

  void ask() {
    watch_->write("progress\n");
    asked_ = Clock::now();
    due_ = asked_ + milliseconds(times_.alive);
  }

  void read(Mirror& mirror) {
    constexpr int most = 1000;
    int count = 0;
    for (; count < most && watch_; ++count) {
      const auto line = watch_->next_line({});
      if (!line) break;
      answered_ = Clock::now();
      take(trim(*line), mirror);
      if (needs_snapshot_) break;
    }
    has_more_ = count == most || needs_snapshot_;
    if (watch_ && watch_->has_ended()) {
      const int status = watch_->status();
      remote_failed(fmt::format("etcdctl watch ended with exit status {}", status),
                    watch_->last_message());
    }
  }

  void take(std::string_view line, Mirror& mirror) {
    if (line.starts_with(progress_notify)) {
      mirror.heard();
      return check_revision(whole_number(trim(line.substr(progress_notify.size()))).value_or(0));
    }
    if (!line.starts_with('{')) return;
    const json response = json::parse(line, nullptr, false);
    if (response.is_discarded()) remote_failed("a line of etcdctl is no JSON", excerpt(line));
    const json& canceled = etcd_member(response, "canceled");
    if (canceled.is_boolean() && canceled.get<bool>()) return cancel(response);
    const std::string cluster = etcd_member(etcd_member(response, "header"), "cluster_id").dump();
    if (cluster != "null" && cluster != cluster_) needs_snapshot_ = true;
    take_events(etcd_member(response, "events"), mirror);
  }

  void cancel(const json& response) {
    const json& reason = etcd_member(response, "cancel_reason");
    if (etcd_number(response, "compactRevision") == 0 &&
        etcd_number(response, "compact_revision") == 0)
      remote_failed("etcd ended the watch", reason.is_string() ? reason.get<std::string>() : "");
    needs_snapshot_ = true;
    watch_.reset();
  }

  /// A store that was restored from a backup goes back, and its watches wait for ever. A member
  /// that is behind may say a lower one once.
  void check_revision(std::uint64_t revision) {
    lower_ = revision != 0 && revision < seen_ ? lower_ + 1 : 0;
    if (lower_ >= 2) needs_snapshot_ = true;
  }

  void take_events(const json& events, Mirror& mirror) {
    std::uint64_t revision = seen_;
    bool is_new = false;
    for (const json& event : events) {
      const json& kv = etcd_member(event, "kv");
      const std::uint64_t changed = etcd_number(kv, "mod_revision");
      std::string key = etcd_bytes(kv, "key");
      if (changed <= seen_ || !key.starts_with(place_.prefix)) continue;
      revision = std::max(revision, changed);
      is_new = true;
      const json& type = etcd_member(event, "type");
      const bool is_deleted = type.is_string() ? type.get<std::string>() == "DELETE" : type == 1;
      key.erase(0, place_.prefix.size());
      if (key.starts_with('_'))
        take_sign(key, is_deleted ? std::nullopt : std::optional{etcd_bytes(kv, "value")}, mirror);
      else if (is_deleted)
        mirror.erase(std::move(key));
      else
        mirror.put(std::move(key), etcd_bytes(kv, "value"));
    }
    seen_ = revision;
    if (is_new) mirror.commit(std::to_string(revision));
    mirror.set_published(is_published());
  }

  void take_sign(const std::string& key, std::optional<std::string> value, Mirror& mirror) {
    if (key == publishing) set_published(!value);
    if (key == held) mirror.hold(std::move(value));
  }

  void set_published(bool is) {
    constexpr std::chrono::seconds longest{30};  // whoever publishes may have died
    published_at_ = is ? Clock::time_point{} : Clock::now() + longest;
  }
  bool is_published() const { return Clock::now() >= published_at_; }

  void ask_if_alive(Mirror& mirror) {
    mirror.set_published(is_published());
    if (!watch_) return;
    const Clock::time_point now = Clock::now();
    if (now - answered_ > milliseconds(times_.alive) * 3 / 2 && answered_ < asked_)
      remote_failed("it does not answer");
    if (now >= due_) ask();
  }

  /// What waiting does not mend, at the beginning.
  bool is_hopeless(std::string_view why) const {
    const auto says = [&](std::string_view text) { return why.find(text) != why.npos; };
    return seen_ == 0 && (says("permission denied") || says("authentication failed") ||
                          says("cannot run etcdctl"));
  }

  void lose(Mirror& mirror, const std::string& message, const std::string& why) {
    watch_.reset();
    has_more_ = false;
    const std::string where = endpoint().empty() ? "" : endpoint() + ": ";
    mirror.lost(where + message + (why.empty() ? "" : ": " + why));
    member_ = (member_ + 1) % place_.endpoints.size();
    due_ = backoff_.next_try();
  }

  const EtcdPlace place_;
  const FollowTimes times_;
  std::minstd_rand random_{std::random_device{}()};
  std::size_t member_;
  std::optional<Child> watch_{};
  bool needs_snapshot_ = true;
  bool has_more_ = false;
  std::uint64_t seen_ = 0;  ///< the revision up to which everything is known
  std::string cluster_;
  int lower_ = 0;  ///< how often in turn the store said a lower revision
  Clock::time_point asked_{};
  Clock::time_point answered_{};
  Clock::time_point due_{};
  Clock::time_point again_{Clock::time_point::max()};
  Clock::time_point published_at_{};
  Backoff backoff_;
};

}  // namespace

std::unique_ptr<Feed> make_etcd_feed(const std::string& uri, FollowTimes times) {
  return std::make_unique<EtcdFeed>(uri, times);
}

}  // namespace mapctl::cli
