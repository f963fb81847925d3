#pragma once
// What a source wants in a map, and the one function that brings the map there.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/bulk/map_sync.hpp"
#include "cli/follow/follow_options.hpp"

namespace mapctl::cli {

/// The counts since the start.
struct MirrorCounts {
  std::uint64_t snapshots = 0;
  std::uint64_t puts = 0;
  std::uint64_t deletions = 0;
};

/// A source tells it what is wanted; every change of that, every failure and every timer only moves
/// what is wanted, and apply() writes what differs, or says why it is held. Nothing that a source
/// fails to say changes the map.
class Mirror {
 public:
  using Clock = std::chrono::steady_clock;

  /// The plan names the source. All have to outlive it. Throws Failed for a map that cannot follow.
  Mirror(Target& target, SyncPlan plan, FollowGuards guards, const Session& session);

  // ---- what a source says ----

  /// A snapshot begins; one that did not end never was.
  void begin();
  /// An entry of the snapshot, or of the change that commit() ends. The last one of a key counts.
  void put(std::string key, std::string value);
  void erase(std::string key);
  /// Counts a line that is no entry as one that does not fit.
  void refuse(const std::string& place, const std::string& why);
  /// The snapshot is whole. Returns false, and forgets it, if it has another number of entries.
  bool end(std::optional<std::uint64_t> entries, const std::string& revision);
  void commit(const std::string& revision);
  /// A change that did not end never was.
  void forget_change() { change_.clear(); }
  /// The source is there, whether or not there is something new.
  void heard();
  /// The source is not there: the map stays as it is.
  void lost(const std::string& why);
  /// Somebody holds all changes back; nothing: no more.
  void hold(std::optional<std::string> reason);
  /// While a change of several revisions is being published, nothing is written.
  void set_published(bool is) { is_published_ = is; }
  /// The snapshot that comes now is what was in force before the start.
  void restore() { is_restored_ = true; }

  // ---- what becomes of it ----

  /// Looks at the whole map at the next apply().
  void compare_again() { is_whole_ = true; }
  /// True if apply() has something to do now.
  bool is_due() const;
  /// The time at which what is held is tried again.
  std::optional<Clock::time_point> next_try() const { return retry_; }
  /// Writes what differs. Returns false if interrupted.
  bool apply();

  enum class State { starting, restored, following, lost, held };
  State state() const;
  /// Why it is lost or held; empty if it is not.
  const std::string& reason() const;
  bool has_applied() const noexcept { return has_applied_; }
  const std::string& revision() const noexcept { return applied_; }
  const std::string& wanted_revision() const noexcept { return revision_; }
  std::size_t wanted() const noexcept { return wanted_.size(); }
  std::size_t foreign() const noexcept { return foreign_; }
  /// The keys that do not fit, and why: what the map had there stays.
  const std::map<std::string, std::string>& bad() const noexcept { return bad_; }
  const MirrorCounts& counts() const noexcept { return counts_; }
  std::chrono::system_clock::time_point heard_at() const noexcept { return heard_at_; }
  std::chrono::system_clock::time_point applied_at() const noexcept { return applied_at_; }
  /// Changes with each change of the map and of the state.
  std::uint64_t version() const noexcept { return version_; }
  /// Calls each(key, value) with the entries that fit, as texts.
  template <typename Each>
  void for_each_good(Each each) const {
    for (auto at = wanted_.begin(); at != wanted_.end(); at = behind(at->first.first))
      if (!bad_.contains(at->first.first)) each(at->first.first, at->second);
  }

 private:
  /// The key as it is printed, and, if it is another text, as the source writes it: a store can
  /// have several texts of one key. The first of them counts.
  using Key = std::pair<std::string, std::string>;
  using Entries = std::map<Key, std::string>;
  struct Step {
    Key key;
    std::optional<std::string> value;  ///< nothing: it is deleted
  };

  Key key_of(std::string text) const;
  std::optional<Bytes> bytes_of(const std::string& key) const;
  Entries::const_iterator behind(const std::string& key) const;
  void check_store() const;
  /// Sets what is wanted, and returns the keys that have to go.
  std::vector<Bytes> set_wanted(MapSync& sync);
  void set(MapSync& sync, const std::string& key, const std::string& value);
  bool write(MapSync& sync);
  void hold_back(const Failure& failure);
  void tell(const std::string& said);

  Target& target_;
  SyncPlan plan_;
  FollowGuards guards_;
  const Session& session_;

  Entries wanted_{};
  std::optional<Entries> snapshot_{};             ///< being received
  std::uint64_t received_ = 0;                    ///< entries of it
  std::vector<Step> change_{};                    ///< being received
  std::map<std::string, std::string> refused_{};  ///< lines of the snapshot that are no entries
  std::string revision_{};
  std::optional<std::string> hold_{};

  std::set<std::string> changed_{};  ///< keys that may differ from the map
  bool has_snapshot_ = false;
  bool is_published_ = true;
  bool is_restored_ = false;
  bool is_whole_ = true;  ///< any key may
  bool has_applied_ = false;
  std::string applied_{};
  std::size_t entries_ = 0;  ///< of the map
  std::size_t foreign_ = 0;
  std::map<std::string, std::string> bad_{};
  std::string lost_{};
  std::string held_{};
  std::optional<Clock::time_point> retry_{};
  MirrorCounts counts_;
  std::chrono::system_clock::time_point heard_at_{};
  std::chrono::system_clock::time_point applied_at_{};
  std::uint64_t version_ = 0;
};

}  // namespace mapctl::cli
