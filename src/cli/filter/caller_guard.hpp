#pragma once
// Rules of a packet filter must not cut off the caller's own SSH connection by mistake.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/filter/packet_rules.hpp"
#include "cli/naming/target.hpp"

namespace mapctl::cli {

/// How the caller could go on.
enum class WayOut {
  put_first,  ///< a rule that lets them in, before
  one_more,   ///< such a rule among those that are to be there
};

/// The rules that concern the caller's connection, in each way that the programs which use the map
/// may read it: more than one where they differ, or it cannot be told.
struct CallersRules {
  std::vector<PacketRules> views;  ///< at least one
};

/// Is told what a command is about to write. Without an SSH connection, with --yes, and where
/// entries are no rules that drop packets, it does nothing. The target must outlive it.
class CallerGuard {
 public:
  using Attempt = std::function<std::string()>;

  CallerGuard(Target& target, const Session& session) : target_(target), is_off_(session.yes) {}

  bool is_needed() { return rules() != nullptr; }

  void put(ByteView key, ByteView value);
  void erase(ByteView key);

  /// Throws Failed where the map lets the connection through now, and would not with all that was
  /// told. `attempt` is what to call that: "put default into filter_map".
  void check(const Attempt& attempt, WayOut remedy = WayOut::put_first);

  /// The same before entries are deleted one by one, of which those that drop may stay longest.
  void check_emptying(const Attempt& attempt);

  /// The same for a program that is about to be attached with those rules, and looks at these
  /// sides. Without it nothing is dropped, unless it takes the place of one that uses the map.
  void check_attaching(const Attempt& attempt, Sides sides, bool is_reload);

 private:
  /// Null where there is nothing to guard.
  const CallersRules* rules();
  const PacketRules& any_view() { return rules()->views.front(); }
  bool concerns(ByteView key);
  [[noreturn]] void refuse_emptying(const Attempt& attempt, const Match& rule);
  [[noreturn]] void refuse(const Attempt& attempt, const Match& rule, WayOut remedy);

  Target& target_;
  bool is_off_;
  RuleChanges changes_{};
  bool may_cut_off_ = false;
};

}  // namespace mapctl::cli
