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
enum class Remedy {
  put_first,  ///< a rule that lets them in, before
  one_more,   ///< such a rule among those that are to be there
};

/// The rules that concern the caller's connection, in each way that the programs which use the map
/// may read it: more than one where they differ, or it cannot be told.
struct CallersRules {
  std::vector<PacketRules> views;  ///< at least one
};

/// Is told what a command is about to write. Without an SSH connection, with --yes, and where
/// entries are no rules that drop packets, it does nothing. The map must outlive it.
class CallerGuard {
 public:
  using Attempt = std::function<std::string()>;

  CallerGuard(Target& target, std::string reference, const Session& session);
  CallerGuard(const Map& map, std::string reference, const Session& session);

  bool is_needed() const noexcept { return rules_ != nullptr; }

  void put(ByteView key, ByteView value);
  void erase(ByteView key);

  /// Throws Failed where the map lets the connection through now, and would not with all that was
  /// told. `attempt` is what to call that: "put default into filter_map".
  void check(const Attempt& attempt, Remedy remedy = Remedy::put_first) const;

  /// The same before entries are deleted one by one, of which those that drop may stay longest.
  void check_emptying(const Attempt& attempt) const;

  /// The same for a program that is about to be attached with those rules, and looks at these
  /// sides. Without it nothing is dropped, unless it takes the place of one that uses the map.
  void check_attaching(const Attempt& attempt, Sides sides, bool is_reload) const;

 private:
  /// The rule that drops the connection, if one does.
  static std::optional<Match> dropped_by(const PacketRules& view, const LongestMatch& rules);
  const PacketRules& any_view() const { return rules_->views.front(); }
  bool concerns(ByteView key) const;
  [[noreturn]] void refuse_emptying(const Attempt& attempt, const Match& rule) const;
  [[noreturn]] void refuse(const Attempt& attempt, const Match& rule, Remedy remedy) const;

  const Map& map_;
  const std::string reference_;  ///< as the caller names the map
  std::shared_ptr<const CallersRules> rules_{};
  RuleChanges changes_{};
  bool may_cut_off_ = false;
};

}  // namespace mapctl::cli
