#include "caller_guard.hpp"

#include <fmt/format.h>

#include <map>

#include "failure.hpp"
#include "ssh_connection.hpp"

namespace mapctl::cli {

namespace {

bool may_have_rules(const Schema& schema) { return schema.key.prefix && schema.key.prefix->rule; }

std::shared_ptr<const PacketRules> callers_rules(const Schema& schema) {
  if (!may_have_rules(schema) || !callers_connection()) return nullptr;
  const SshConnection& connection = *callers_connection();
  std::optional<PacketRules> rules = PacketRules::of(
      schema,
      {.source = connection.client, .destination = connection.server, .port = connection.port});
  return rules ? std::make_shared<const PacketRules>(*std::move(rules)) : nullptr;
}

std::shared_ptr<const PacketRules> callers_rules(Target& target) {
  if (!target.callers_rules) target.callers_rules = callers_rules(target.schema);
  return *target.callers_rules;
}

std::shared_ptr<const PacketRules> callers_rules(const Map& map) {
  return map.info().type == MapType::lpm_trie ? callers_rules(map.schema()) : nullptr;
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

void CallerGuard::put(ByteView key, ByteView value) {
  if (!rules_ || !rules_->concerns(key)) return;
  may_cut_off_ |= rules_->drops(value);
  changes_.put(key, value);
}

void CallerGuard::erase(ByteView key) {
  if (!rules_ || !rules_->concerns(key)) return;
  may_cut_off_ = true;
  changes_.erase(key);
}

std::optional<Match> CallerGuard::dropped_by(const LongestMatch& rules) const {
  std::optional<Match> rule = rules_->deciding(rules);
  return rule && rules_->drops(rule->value) ? rule : std::nullopt;
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
  const std::optional<Match> rule = dropped_by(then);
  if (rule && !dropped_by(now)) refuse(attempt, *rule, remedy);
}

void CallerGuard::check_attaching(const Attempt& attempt) const {
  if (!rules_) return;
  const auto now = [this](ByteView key) { return map_.match(key); };
  const auto then = [&](ByteView key) { return changes_.longest(key, now); };
  if (const auto rule = dropped_by(then)) refuse(attempt, *rule, Remedy::one_more);
}

void CallerGuard::check_emptying(const Attempt& attempt) const {
  if (!rules_) return;
  const auto now = [this](ByteView key) { return map_.match(key); };
  const std::optional<Match> rule = rules_->dropping(now);
  if (!rule || dropped_by(now)) return;
  const std::string text = rules_->text(rule->prefix);
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
  if (!changes_.has(rules_->strongest_key())) {
    fix.push_back(remedy == Remedy::put_first
                      ? fmt::format("first let it in: mapctl put {} '{}' pass", reference_,
                                    rules_->strongest())
                      : fmt::format("let it in by one more rule: '{}' pass", rules_->strongest()));
  }
  fix.emplace_back("add --yes if you mean it");
  throw Failed({"lock_out", Exit::usage,
                fmt::format("will not {}: it would cut off {}", attempt(), connection_text()),
                fmt::format("the rule `{}` would decide about its packets, and drops them",
                            rules_->text(rule.prefix)),
                std::move(fix)});
}

}  // namespace mapctl::cli
