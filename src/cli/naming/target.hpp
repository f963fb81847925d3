#pragma once
// The map of a command, opened once.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cli/session/session.hpp"
#include "mapctl/map.hpp"
#include "mapctl/text/expression.hpp"
#include "mapctl/text/schema.hpp"

namespace mapctl::cli {

struct CallersRules;

/// A map with the types for reading and printing its keys and values.
struct Target {
  Map map;
  std::string reference{};  ///< the caller's name for it
  Schema schema;  ///< for reading texts: the map's own types, or what --key-as and --value-as say
  std::string key_from{};  ///< where its type is from: BTF, an option, a file; empty: there is none
  std::string value_from{};           ///< likewise
  bool hex = false;                   ///< --hex: print bytes
  bool names_objects = false;         ///< on a terminal: values that are ids have names beside them
  std::optional<Expression> where{};  ///< only entries for which it holds exist for the command
  bool is_new = false;  ///< it has no pin yet: nobody sees it, and a failure removes it
  /// The rules that concern the caller's own connection, once computed; null: there are none.
  std::optional<std::shared_ptr<const CallersRules>> callers_rules{};
  mutable std::optional<Schema> printed{};  ///< cache of shown()

  /// The schema for printing: the same types, or bytes with --hex and if the types may not be read,
  /// which is reported once.
  const Schema& shown() const;
  /// Returns true for an entry that exists for the command.
  bool holds(EntryView entry) const { return !where || where->holds(entry); }
  /// The value of exactly that key, if the entry exists for the command.
  std::optional<Bytes> find(ByteView key) const;
};

/// The types for reading constants in --where. If the map has types that the caller may not read,
/// constants can only be bytes.
Schema selectable(const Target& target);

/// Opens the map for an operation; read-only if that suffices. Operations that its type lacks are
/// refused first.
std::shared_ptr<Target> open_target(const std::string& reference, Operation operation,
                                    const Session& session);

/// Opens a map to write many entries, or to show what that would do. A frozen map is refused in
/// both cases.
std::shared_ptr<Target> open_to_write(const std::string& reference, Operation operation,
                                      bool is_dry_run, const Session& session);

/// Throws Failed (exit 6) if user space may not write to the map.
void refuse_frozen(const Map& map);

/// Returns true if the map has types that cannot be read, and the caller names none.
bool lacks_types(const MapInfo& map, const Schema& schema);

/// A copy of such a map would be without its types: throws Failed (exit 4) unless --hex is given.
/// attempt: "save m".
void refuse_to_lose_types(const MapInfo& map, const Schema& schema, const Session& session,
                          std::string_view attempt);

/// Makes a target from an open map.
Target target_of(Map map, std::string reference, const Session& session);

/// Maps that a batch has opened so far, within a limit on descriptors.
class OpenTargets {
 public:
  std::shared_ptr<Target> open(const std::string& reference, Access access, const Session& session);
  /// Closes all, because names may refer to other maps now.
  void forget();

 private:
  using Targets = std::unordered_map<std::string, std::shared_ptr<Target>>;

  Targets read_only_;
  Targets read_write_;
};

}  // namespace mapctl::cli
