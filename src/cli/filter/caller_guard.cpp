#include "cli/filter/caller_guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/filter/ssh_connection.hpp"
#include "cli/session/failure.hpp"
#include "mapctl/filter/status.hpp"
#include "mapctl/text/schema.hpp"

namespace mapctl::cli {

namespace {

bool may_have_rules(const Schema& schema) { return schema.key.prefix && schema.key.prefix->rule; }

/// By the programs that use the map: another one, or the same loaded again, may read it otherwise.
std::vector<Sides> sides_of(const Map& map) {
  bool source = false;
  bool both = false;
  try {
    for (const ProgramInfo& program : programs()) {
      if (std::ranges::find(program.map_ids, map.info().id) == program.map_ids.end()) continue;
      const std::optional<bool> destinations = uses_destinations(program);
      source |= !destinations.value_or(false);
      both |= destinations.value_or(true);
    }
  } catch (const Error& error) {
    if (error.cause() != Cause::permission) throw;
  }
  if (source == both) return {Sides::source, Sides::both};
  return {both ? Sides::both : Sides::source};
}

std::shared_ptr<const CallersRules> callers_rules(const Map& map, const Schema& schema) {
  if (!may_have_rules(schema) || !callers_connection()) return nullptr;
  const SshConnection& connection = *callers_connection();
  CallersRules rules;
  for (const Sides sides : sides_of(map)) {
    std::optional<PacketRules> view = PacketRules::of(
        schema,
        {.source = connection.client, .destination = connection.server, .port = connection.port},
        sides);
    if (!view) return nullptr;
    rules.views.push_back(*std::move(view));
  }
  return std::make_shared<const CallersRules>(std::move(rules));
}

/// By the map's own types: others that the caller names for it do not change what its program does.
std::shared_ptr<const CallersRules> find_callers_rules(const Target& target) {
  if (!callers_connection() || target.map.info().type != MapType::lpm_trie) return nullptr;
  const Schema own = schema_of(target.map);
  return callers_rules(target.map, may_have_rules(own) ? own : target.schema);
}

std::shared_ptr<const CallersRules> callers_rules(Target& target) {
  if (!target.callers_rules) target.callers_rules = find_callers_rules(target);
  return *target.callers_rules;
}

std::shared_ptr<const CallersRules> callers_rules(const Map& map) {
  return map.info().type == MapType::lpm_trie ? callers_rules(map, schema_of(map)) : nullptr;
}

/// What tells the user which connection is meant.
std::string connection_text() {
  const SshConnection& connection = *callers_connection();
  return fmt::format("your SSH connection from {} to port {}", connection.client, connection.port);
}

}  // namespace

CallerGuard::CallerGuard(Target& target, std::string reference, const Session& session)
    : map_(target.map),
      reference_(std::move(reference)),
      rules_(session.yes ? nullptr : callers_rules(target)) {}

CallerGuard::CallerGuard(const Map& map, std::string reference, const Session& session)
    : map_(map),
      reference_(std::move(reference)),
      rules_(session.yes ? nullptr : callers_rules(map)) {}

bool CallerGuard::concerns(ByteView key) const {
  return rules_ && std::ranges::any_of(rules_->views,
                                       [&](const PacketRules& view) { return view.concerns(key); });
}

void CallerGuard::put(ByteView key, ByteView value) {
  if (!concerns(key)) return;
  may_cut_off_ |= any_view().drops(value);
  changes_.put(key, value);
}

void CallerGuard::erase(ByteView key) {
  if (!concerns(key)) return;
  may_cut_off_ = true;
  changes_.erase(key);
}

std::optional<Match> CallerGuard::dropped_by(const PacketRules& view, const LongestMatch& rules) {
  std::optional<Match> rule = view.deciding(rules);
  return rule && view.drops(rule->value) ? rule : std::nullopt;
}

void CallerGuard::check(const Attempt& attempt, Remedy remedy) const {
  if (!rules_ || !may_cut_off_) return;
  std::map<Bytes, std::optional<Match>> known;  // each answer costs hundreds of calls
  const auto now = [&](ByteView key) {
    const auto [place, is_new] = known.try_emplace(Bytes(key.begin(), key.end()));
    if (is_new) place->second = map_.match(key);
    return place->second;
  };
  const auto then = [&](ByteView key) { return changes_.longest(key, now); };
  for (const PacketRules& view : rules_->views) {
    const std::optional<Match> rule = dropped_by(view, then);
    if (rule && !dropped_by(view, now)) refuse(attempt, *rule, remedy);
  }
}

void CallerGuard::check_attaching(const Attempt& attempt, Sides sides, bool is_reload) const {
  if (!rules_) return;
  const auto now = [this](ByteView key) { return map_.match(key); };
  const auto then = [&](ByteView key) { return changes_.longest(key, now); };
  const auto drops = [&](const PacketRules& view) { return dropped_by(view, then).has_value(); };
  for (const PacketRules& view : rules_->views) {
    const std::optional<Match> rule = view.sides() == sides ? dropped_by(view, then) : std::nullopt;
    if (!rule || (is_reload && std::ranges::all_of(rules_->views, drops))) continue;
    refuse(attempt, *rule, Remedy::one_more);
  }
}

void CallerGuard::check_emptying(const Attempt& attempt) const {
  if (!rules_) return;
  const auto now = [this](ByteView key) { return map_.match(key); };
  for (const PacketRules& view : rules_->views) {
    const std::optional<Match> rule = view.dropping(now);
    if (rule && !dropped_by(view, now)) refuse_emptying(attempt, *rule);
  }
}

void CallerGuard::refuse_emptying(const Attempt& attempt, const Match& rule) const {
  const std::string text = any_view().text(rule.prefix);
  throw Failed(
      {"lock_out",
       Exit::usage,
       fmt::format("will not {}: it could cut off {}", attempt(), connection_text()),
       fmt::format("the rules that let it in may go before the rule `{}`, which drops it", text),
       {fmt::format("first delete that rule: mapctl del {} '{}'", reference_, text),
        "add --yes if you mean it"}});
}

void CallerGuard::refuse(const Attempt& attempt, const Match& rule, Remedy remedy) const {
  std::vector<std::string> fix;
  if (!changes_.has(any_view().strongest_key())) {
    fix.push_back(
        remedy == Remedy::put_first
            ? fmt::format("first let it in: mapctl put {} '{}' pass", reference_,
                          any_view().strongest())
            : fmt::format("let it in by one more rule: '{}' pass", any_view().strongest()));
  }
  fix.emplace_back("add --yes if you mean it");
  throw Failed({"lock_out", Exit::usage,
                fmt::format("will not {}: it would cut off {}", attempt(), connection_text()),
                fmt::format("the rule `{}` would decide about its packets, and drops them",
                            any_view().text(rule.prefix)),
                std::move(fix)});
}

}  // namespace mapctl::cli
