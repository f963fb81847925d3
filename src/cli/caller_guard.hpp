#pragma once
// Rules of a packet filter must not cut off the caller's own SSH connection by mistake.

#include <functional>
#include <memory>
#include <string>

#include "packet_rules.hpp"
#include "target.hpp"

namespace mapctl::cli {

/// How the caller could go on.
enum class Remedy {
  put_first,  ///< a rule that lets them in, before
  one_more,   ///< such a rule among those that are to be there
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

  /// The same for a program that is about to be attached with those rules: without it, nothing is
  /// dropped.
  void check_attaching(const Attempt& attempt) const;

 private:
  /// The rule that drops the connection, if one does.
  std::optional<Match> dropped_by(const LongestMatch& rules) const;
  [[noreturn]] void refuse(const Attempt& attempt, const Match& rule, Remedy remedy) const;

  const Map& map_;
  const std::string reference_;  ///< as the caller names the map
  std::shared_ptr<const PacketRules> rules_{};
  RuleChanges changes_{};
  bool may_cut_off_ = false;
};

}  // namespace mapctl::cli
