#pragma once
// The map that a command works on, opened once.

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "cli/session/session.hpp"
#include "mapctl/map.hpp"
#include "mapctl/text/schema.hpp"

namespace mapctl::cli {

struct CallersRules;

/// A map, and how its keys and values are read and printed.
struct Target {
  Map map;
  std::string reference{};  ///< as the caller names it
  Schema schema;  ///< for reading texts: the map's own types, or what --key-as and --value-as say
  bool hex = false;     ///< --hex: print bytes
  bool is_new = false;  ///< it has no pin yet: nobody sees it, and after a failure it is gone
  /// Which rules concern the caller's own connection, once that was asked; null: none can.
  std::optional<std::shared_ptr<const CallersRules>> callers_rules{};
  mutable std::optional<Schema> printed{};  ///< what shown() returns, once that was asked

  /// For printing: the same types, or bytes with --hex and where the types may not be read, which
  /// is said once.
  const Schema& shown() const;
};

/// Opens the map that the argument names, to do that with it; read-only where
/// that is enough. What its type cannot do is refused before anything else.
std::shared_ptr<Target> open_target(const std::string& reference, Operation operation,
                                    const Session& session);

/// The same to write many entries, or only to see what that would do: a frozen map is refused
/// in any case.
std::shared_ptr<Target> open_to_write(const std::string& reference, Operation operation,
                                      bool is_dry_run, const Session& session);

/// The same for a map that is open already.
Target target_of(Map map, std::string reference, const Session& session);

/// Maps that the lines of a batch have opened so far, as many as may stay open.
class OpenTargets {
 public:
  std::shared_ptr<Target> open(const std::string& reference, Access access, const Session& session);
  /// Names may lead elsewhere from now on.
  void forget();

 private:
  using Targets = std::unordered_map<std::string, std::shared_ptr<Target>>;

  Targets read_only_;
  Targets read_write_;
};

}  // namespace mapctl::cli
