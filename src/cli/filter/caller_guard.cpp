#include "cli/filter/caller_guard.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "cli/naming/map_survey.hpp"
#include "cli/session/failure.hpp"
#include "map/error/kernel_error.hpp"
#include "map/error/printable.hpp"
#include "mapctl/filter/status.hpp"
#include "mapctl/text/schema.hpp"

namespace mapctl::cli {

namespace {

constexpr std::string_view variable = "SSH_CONNECTION=";

/// Removes the scope from fe80::1%eth0, and turns ::ffff:192.0.2.7 into IPv4.
std::string plain_address(std::string address) {
  constexpr std::string_view mapped = "::ffff:";
  address.resize(std::min(address.find('%'), address.size()));
  if (address.starts_with(mapped) && address.find('.') != std::string::npos)
    address.erase(0, mapped.size());
  return address;
}

/// Returns an empty text if the process is gone or belongs to another user.
std::string contents(pid_t pid, const char* name) {
  std::ifstream file(fmt::format("/proc/{}/{}", pid, name), std::ios::binary);
  if (!file) throw_shortage(errno, "look for your own connection");
  return {std::istreambuf_iterator<char>(file), {}};
}

pid_t parent_of(pid_t pid) {
  constexpr std::string_view label = "\nPPid:\t";
  const std::string status = contents(pid, "status");
  const std::size_t at = status.find(label);
  return at == std::string::npos ? 0 : std::atoi(status.c_str() + at + label.size());
}

/// The value of SSH_CONNECTION in the initial environment of a process.
std::optional<std::string> connection_of(pid_t pid) {
  std::istringstream environment(contents(pid, "environ"));
  for (std::string entry; std::getline(environment, entry, '\0');)
    if (entry.starts_with(variable)) return entry.substr(variable.size());
  return std::nullopt;
}

std::optional<std::string> inherited_connection() {
  if (const char* const own = std::getenv("SSH_CONNECTION")) return own;
  for (pid_t pid = getppid(); pid > 0; pid = parent_of(pid))
    if (std::optional<std::string> found = connection_of(pid)) return found;
  return std::nullopt;
}

/// Read from the environment; if it has none (sudo removes it), from the nearest ancestor process
/// that has one. An empty SSH_CONNECTION means that there is no connection. Looked up once.
const std::optional<SshConnection>& callers_connection() {
  static const std::optional<SshConnection> found =
      parse_ssh_connection(inherited_connection().value_or(""));
  return found;
}

bool may_have_rules(const Schema& schema) { return schema.key.prefix && schema.key.prefix->rule; }

/// Asks the programs that use the map; after a replacement or a reload, the answer can change.
std::vector<Sides> sides_of(const Map& map) {
  bool source = false;
  bool both = false;
  for (const ProgramInfo& user : programs_using(map).value_or(std::vector<ProgramInfo>{})) {
    const std::optional<bool> destinations = uses_destinations(user);
    source |= !destinations.value_or(false);
    both |= destinations.value_or(true);
  }
  if (source == both) return {Sides::source, Sides::both};
  return {both ? Sides::both : Sides::source};
}

/// Uses the map's own types: a type that the caller chooses does not change what the program does.
std::shared_ptr<const CallersRules> find_callers_rules(const Target& target) {
  if (key_content(target.map.info().type) != KeyContent::prefix || !callers_connection())
    return nullptr;
  const Schema own = schema_of(target.map);
  const Schema& schema = may_have_rules(own) ? own : target.schema;
  if (!may_have_rules(schema)) return nullptr;
  const SshConnection& connection = *callers_connection();
  CallersRules rules;
  for (const Sides sides : sides_of(target.map)) {
    std::optional<PacketRules> view = PacketRules::of(
        schema,
        {.source = connection.client, .destination = connection.server, .port = connection.port},
        sides);
    if (!view) return nullptr;
    rules.views.push_back(*std::move(view));
  }
  return std::make_shared<const CallersRules>(std::move(rules));
}

/// Describes the connection for messages.
std::string connection_text() {
  const SshConnection& connection = *callers_connection();
  return fmt::format("your SSH connection from {} to port {}", connection.client, connection.port);
}

/// The rule that decides about the connection, if it drops it.
std::optional<Match> dropped_by(const PacketRules& view, const LongestMatch& rules,
                                Moment moment = Moment::now) {
  std::optional<Match> rule = view.deciding(rules, moment);
  return rule && view.drops(rule->value) ? rule : std::nullopt;
}

/// Notes that the connection passes only until a rule ends. Returns false if that is not so.
bool note_end(const PacketRules& view, const LongestMatch& rules) {
  const std::optional<Match> now = view.deciding(rules);
  const std::optional<Match> later = dropped_by(view, rules, Moment::after_all_ends);
  if (!later || !now || view.drops(now->value)) return false;
  note(fmt::format("{} passes by the rule `{}` until {}; then the rule `{}` drops it",
                   connection_text(), view.text(now->prefix), view.end_text(now->value),
                   view.text(later->prefix)));
  return true;
}

}  // namespace

std::optional<SshConnection> parse_ssh_connection(std::string_view text) {
  std::istringstream words{std::string{text}};
  SshConnection connection;
  std::string client_port;
  words >> connection.client >> client_port >> connection.server >> connection.port;
  if (words.fail() || connection.port == 0 || connection.port > 65535) return std::nullopt;
  connection.client = plain_address(std::move(connection.client));
  connection.server = plain_address(std::move(connection.server));
  return connection;
}

const CallersRules* CallerGuard::rules() {
  if (is_off_) return nullptr;
  if (!target_.callers_rules) target_.callers_rules = find_callers_rules(target_);
  return target_.callers_rules->get();
}

bool CallerGuard::concerns(ByteView key) {
  const auto concerns = [&](const PacketRules& view) { return view.concerns(key); };
  return is_needed() && std::ranges::any_of(rules()->views, concerns);
}

void CallerGuard::put(ByteView key, ByteView value) {
  if (!concerns(key)) return;
  may_cut_off_ |= any_view().drops(value) || any_view().has_end(value);
  changes_.put(key, value);
}

void CallerGuard::erase(ByteView key) {
  if (!concerns(key)) return;
  may_cut_off_ = true;
  changes_.erase(key);
}

LongestMatch CallerGuard::now() {
  return [this](ByteView key) { return target_.map.match(key); };
}

void CallerGuard::check(const Attempt& attempt, WayOut remedy) {
  if (!may_cut_off_) return;
  std::map<Bytes, std::optional<Match>> known;  // a cache: a lookup costs hundreds of calls
  const auto before = [&](ByteView key) {
    const auto [place, is_new] = known.try_emplace(Bytes(key.begin(), key.end()));
    if (is_new) place->second = target_.map.match(key);
    return place->second;
  };
  const auto then = [&](ByteView key) { return changes_.longest(key, before); };
  for (const PacketRules& view : rules()->views) {
    const std::optional<Match> rule = dropped_by(view, then);
    if (rule && !dropped_by(view, before)) refuse(attempt, *rule, remedy);
  }
  std::ranges::any_of(rules()->views, [&](const PacketRules& view) {
    return !dropped_by(view, before, Moment::after_all_ends) && note_end(view, then);
  });
}

void CallerGuard::check_attaching(const Attempt& attempt, Sides sides, bool is_reload) {
  if (!is_needed()) return;
  const auto drops = [&](const PacketRules& view) { return dropped_by(view, now()).has_value(); };
  for (const PacketRules& view : rules()->views) {
    const std::optional<Match> rule =
        view.sides() == sides ? dropped_by(view, now()) : std::nullopt;
    if (!rule || (is_reload && std::ranges::all_of(rules()->views, drops))) continue;
    refuse(attempt, *rule, WayOut::one_more);
  }
  std::ranges::any_of(rules()->views, [&](const PacketRules& view) {
    return view.sides() == sides && note_end(view, now());
  });
}

void CallerGuard::check_emptying(const Attempt& attempt) {
  if (!is_needed()) return;
  for (const PacketRules& view : rules()->views) {
    const std::optional<Match> rule = view.dropping(now());
    if (rule && !dropped_by(view, now())) refuse_emptying(attempt, *rule);
  }
}

void CallerGuard::refuse_emptying(const Attempt& attempt, const Match& rule) {
  const std::string text = any_view().text(rule.prefix);
  throw Failed(
      {"lock_out",
       Exit::usage,
       fmt::format("will not {}: it could cut off {}", attempt(), connection_text()),
       fmt::format("the rules that let it in may go before the rule `{}`, which drops it", text),
       {fmt::format("first delete that rule: mapctl del {} '{}'", shell_word(target_.reference),
                    text),
        "add --yes if you mean it"}});
}

void CallerGuard::refuse(const Attempt& attempt, const Match& rule, WayOut remedy) {
  std::vector<std::string> fix;
  if (!changes_.has(any_view().strongest_key())) {
    fix.push_back(
        remedy == WayOut::put_first
            ? fmt::format("first let it in: mapctl put {} '{}' pass", shell_word(target_.reference),
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
