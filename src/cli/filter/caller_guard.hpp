#pragma once
// Prevents rules of a packet filter from cutting off the caller's own SSH connection by mistake.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/filter/packet_rules.hpp"
#include "cli/naming/target.hpp"

namespace mapctl::cli {

/// Addresses as rules write them: also IPv4 that arrived at a socket for both families.
struct SshConnection {
  std::string client;
  std::string server;
  unsigned port = 0;  ///< server port
};

/// Parses SSH_CONNECTION: "192.0.2.7 50000 198.51.100.1 22". Returns nothing if the form differs.
std::optional<SshConnection> parse_ssh_connection(std::string_view text);

/// The advice in a refusal: how the caller can proceed.
enum class WayOut {
  put_first,  ///< first put a rule that lets the caller in
  one_more,   ///< add such a rule to the wanted rules
};

/// The rules that concern the caller's connection, once for each way in which the programs that use
/// the map may read it: more than one if programs differ or cannot be inspected.
struct CallersRules {
  std::vector<PacketRules> views;  ///< at least one
};

/// Receives what a command is about to write. Does nothing without an SSH connection, with --yes,
/// and for entries that are not rules that drop packets. The target must outlive it.
class CallerGuard {
 public:
  using Attempt = std::function<std::string()>;

  CallerGuard(Target& target, const Session& session) : target_(target), is_off_(session.yes) {}

  bool is_needed() { return rules() != nullptr; }

  void put(ByteView key, ByteView value);
  void erase(ByteView key);

  /// Throws Failed if the map lets the connection through now but would drop it after the announced
  /// changes. `attempt` names the action: "put default into filter_map".
  void check(const Attempt& attempt, WayOut remedy = WayOut::put_first);

  /// For clear and drain: a drop rule may outlive the rule that lets the caller in.
  void check_emptying(const Attempt& attempt);

  /// For a program that is about to be attached and looks at `sides`. Before, the connection
  /// passes, unless `is_reload`: then a program already uses the map.
  void check_attaching(const Attempt& attempt, Sides sides, bool is_reload);

 private:
  /// Null if there is nothing to guard.
  const CallersRules* rules();
  const PacketRules& any_view() { return rules()->views.front(); }
  bool concerns(ByteView key);
  LongestMatch now();
  [[noreturn]] void refuse_emptying(const Attempt& attempt, const Match& rule);
  [[noreturn]] void refuse(const Attempt& attempt, const Match& rule, WayOut remedy);

  Target& target_;
  bool is_off_;
  RuleChanges changes_{};
  bool may_cut_off_ = false;
};

}  // namespace mapctl::cli
