#include "cli/follow/mirror.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cli/bulk/map_lock.hpp"
#include "cli/entry/entry.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"
#include "mapctl/batch.hpp"
#include "mapctl/text/codec.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/suggest.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl::cli {

namespace {

/// The bytes of a key's text as the map keeps them: in a trie, host bits are zero.
Bytes kept_key(const Target& target, const std::string& text) {
  Bytes key = key_of_text(target, text).bytes;
  if (key_content(target.map.info().type) == KeyContent::prefix) clear_host_bits(key);
  return key;
}

/// A string of JSON that needs no escapes, without its quotes: a plain text.
std::string unquoted_if_simple(std::string text) {
  constexpr std::string_view marks = "\"\\";
  if (text.size() < 3 || !text.starts_with('"') || !text.ends_with('"')) return text;
  std::string inside = text.substr(1, text.size() - 2);
  const bool is_simple = inside.find_first_of(marks) == std::string::npos && trim(inside) == inside;
  return is_simple ? inside : text;
}

}  // namespace

Mirror::Mirror(Target& target, SyncPlan plan, FollowGuards guards, const Session& session)
    : target_(target), plan_(std::move(plan)), guards_(guards), session_(session) {
  if (holds_variables(target.schema.value))
    throw usage_error(
        fmt::format("{} holds global variables, and cannot follow a source", target.map.label()),
        {"write them by name: mapctl load"});
  plan_.is_fed = true;
  const MapSync check(target_, plan_, session_);  // refuses what cannot be compared or deleted
}

Mirror::Key Mirror::key_of(std::string text) const {
  text = unquoted_if_simple(std::move(text));
  const std::optional<Bytes> bytes = bytes_of(text);
  if (!bytes) return {std::move(text), {}};  // the put will say what is wrong with it
  std::string key = key_text_of(target_.schema.key, *bytes);
  return key == text ? Key{std::move(key), {}} : Key{std::move(key), std::move(text)};
}

std::optional<Bytes> Mirror::bytes_of(const std::string& key) const {
  const Unexplained silence(true);
  try {
    return kept_key(target_, key);
  } catch (const BadInput&) {
    return std::nullopt;
  } catch (const Failed&) {
    return std::nullopt;
  }
}

Mirror::Entries::const_iterator Mirror::behind(const std::string& key) const {
  auto at = wanted_.lower_bound({key, {}});
  while (at != wanted_.end() && at->first.first == key) ++at;
  return at;
}

void Mirror::begin() {
  snapshot_.emplace();
  if (has_snapshot_) is_restored_ = false;
  refused_.clear();
  change_.clear();
  received_ = 0;
}

void Mirror::put(std::string key, std::string value) {
  ++received_;
  Key known = key_of(std::move(key));
  if (snapshot_)
    snapshot_->insert_or_assign(std::move(known), std::move(value));
  else
    change_.push_back({std::move(known), std::move(value)});
}

void Mirror::erase(std::string key) {
  Key known = key_of(std::move(key));
  if (snapshot_)
    snapshot_->erase(known);
  else
    change_.push_back({std::move(known), std::nullopt});
}

void Mirror::refuse(const std::string& place, const std::string& why) {
  refused_.insert_or_assign(place, why);
}

bool Mirror::end(std::optional<std::uint64_t> entries, const std::string& revision) {
  if (!snapshot_) return false;
  Entries snapshot = *std::exchange(snapshot_, std::nullopt);
  if (entries && *entries != received_) return false;
  wanted_ = std::move(snapshot);
  revision_ = revision;
  changed_.clear();
  has_snapshot_ = is_whole_ = true;
  ++counts_.snapshots;
  retry_.reset();
  heard();
  return true;
}

void Mirror::commit(const std::string& revision) {
  heard();
  revision_ = revision;
  for (Step& step : change_) {
    changed_.insert(step.key.first);
    if (step.value)
      wanted_.insert_or_assign(std::move(step.key), *std::move(step.value));
    else
      wanted_.erase(step.key);
  }
  change_.clear();
  retry_.reset();
}

void Mirror::heard() {
  heard_at_ = std::chrono::system_clock::now();
  if (std::exchange(lost_, {}).empty()) return;
  tell(fmt::format("{} answers again", plan_.input.file));
}

void Mirror::lost(const std::string& why) {
  snapshot_.reset();
  change_.clear();
  if (std::exchange(lost_, why).empty())
    tell(fmt::format("lost {}: {}; the map stays as it is", plan_.input.file, why));
}

void Mirror::hold(std::optional<std::string> reason) {
  if (hold_ == reason) return;
  hold_ = std::move(reason);
  is_whole_ = true;
  retry_.reset();
}

void Mirror::tell(const std::string& said) {
  ++version_;
  note(said);
}

bool Mirror::is_due() const {
  if (!has_snapshot_ || snapshot_ || !is_published_) return false;
  if (retry_ && Clock::now() < *retry_) return false;
  return is_whole_ || !changed_.empty();
}

Mirror::State Mirror::state() const {
  if (!held_.empty()) return State::held;
  if (!lost_.empty()) return State::lost;
  if (!has_applied_) return State::starting;
  return is_restored_ ? State::restored : State::following;
}

const std::string& Mirror::reason() const { return held_.empty() ? lost_ : held_; }

/// Throws Failed if what the source says must not be believed.
void Mirror::check_store() const {
  const auto refuse = [](const char* code, std::string message) {
    throw Failed({code, Exit::bad_data, std::move(message)});
  };
  if (hold_) refuse("hold", "somebody holds it: " + *hold_);
  if (wanted_.size() < guards_.min_entries)
    refuse("min_entries", fmt::format("it has {}, and --min-entries wants {}",
                                      counted(wanted_.size(), "entry"), guards_.min_entries));
  // One may be a slip; more of them are those of another map.
  if (is_whole_ && bad_.size() > 1 && bad_.size() * 10 > wanted_.size() + refused_.size())
    refuse("bad_entries", fmt::format("{} of {} entries do not fit; {}: {}", bad_.size(),
                                      wanted_.size() + refused_.size(), bad_.begin()->first,
                                      bad_.begin()->second));
}

void Mirror::set(MapSync& sync, const std::string& key, const std::string& value) {
  bad_.erase(key);
  try {
    sync.set(key, value);
    return;
  } catch (const BadInput& error) {
    bad_[key] = error.what();
  } catch (const Failed& failed) {
    if (failed.failure().exit != Exit::usage && failed.failure().exit != Exit::not_found) throw;
    bad_[key] = failed.what();
  }
  if (const std::optional<Bytes> bytes = bytes_of(key)) sync.keep(*bytes);
}

std::vector<Bytes> Mirror::set_wanted(MapSync& sync) {
  std::vector<Bytes> gone;
  if (is_whole_) {
    bad_ = refused_;
    for (auto at = wanted_.cbegin(); at != wanted_.cend(); at = behind(at->first.first))
      set(sync, at->first.first, at->second);
    return gone;
  }
  for (const std::string& key : changed_) {
    const auto found = wanted_.lower_bound({key, {}});
    if (found != wanted_.end() && found->first.first == key) {
      set(sync, key, found->second);
      continue;
    }
    bad_.erase(key);
    if (std::optional<Bytes> bytes = bytes_of(key); bytes && plan_.prune)
      gone.push_back(*std::move(bytes));
  }
  return gone;
}

bool Mirror::apply() {
  constexpr std::uint32_t patience = 5000;  // milliseconds
  const Clock::time_point start = Clock::now();
  try {
    // A change of single keys is like a put, which waits for nobody.
    std::vector<Fd> locks;
    if (is_whole_) locks = lock_map(target_, patience);
    const std::size_t bad = bad_.size();
    MapSync sync(target_, plan_, session_);
    const std::vector<Bytes> gone = set_wanted(sync);
    check_store();
    is_whole_ ? sync.compare() : sync.compare_only(gone, entries_);
    if (!write(sync)) return false;
    if (bad_.size() > bad)
      tell(fmt::format("the map keeps what it has where the source does not fit: {}; {}: {}",
                       counted(bad_.size(), "entry"), bad_.begin()->first, bad_.begin()->second));
    is_whole_ = false;
    changed_.clear();
    retry_.reset();
  } catch (...) {
    if (interrupted()) return false;
    hold_back(current_failure());
    // What needs a walk through a large map is not tried all the time.
    retry_ = Clock::now() +
             std::max<Clock::duration>(std::chrono::seconds(1), 20 * (Clock::now() - start));
  }
  return true;
}

bool Mirror::write(MapSync& sync) {
  const Differences& differences = sync.differences();
  if (is_whole_) foreign_ = differences.taken.size();
  const bool is_done = sync.write();
  const Written& written = sync.written();
  counts_.puts += written.put;
  counts_.deletions += written.deleted;
  if (!is_done) return false;
  entries_ = differences.in_map() + differences.outside + differences.added.size() -
             std::min(written.deleted, differences.in_map());
  applied_ = revision_;
  applied_at_ = std::chrono::system_clock::now();
  ++version_;
  const bool was_held = !std::exchange(held_, {}).empty();
  if (was_held || !std::exchange(has_applied_, true))
    tell(fmt::format("{} {}{}{}: added {}, changed {}, deleted {}, unchanged {}",
                     was_held ? "released, following" : "following", plan_.input.file,
                     applied_.empty() ? "" : " at revision ", applied_, differences.added.size(),
                     differences.changed.size(), written.deleted, differences.unchanged));
  return true;
}

void Mirror::hold_back(const Failure& failure) {
  is_whole_ = true;
  std::string reason = failure.message;
  if (!failure.why.empty()) reason += "; " + failure.why;
  if (held_ == reason) return;
  held_ = reason;
  tell(fmt::format("held, the map stays as it is: {}", held_));
}

}  // namespace mapctl::cli
