#pragma once
// Loading the bundled XDP filter and attaching it to interfaces.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mapctl/fd.hpp"
#include "mapctl/filter/load_options.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

class FilterObject;
struct InterfaceChange;

/// One load of the filter in its steps, for a caller that acts between them: to put rules in before
/// the first packet meets the program, or to keep the program only once it has proved itself.
///
///     FilterLoad load({"eth0"}, options);
///     // put rules into load.rules()
///     load.attach();
///     load.keep();
///
/// All or nothing: when a step throws, and when the load ends without keep(), the interfaces are as
/// they were before, and the pins it made are gone. Replacing the programs of several interfaces
/// that are already filtered, or a foreign program, therefore needs CAP_SYS_ADMIN; without it, the
/// one interface that was already filtered keeps the new program. Rules that were written to a map
/// that existed before stay written.
///
/// Other loads and unloads in the directory wait while it lives, except between attach() and keep()
/// after a call of hold().
class FilterLoad {
 public:
  /// Checks everything before it changes anything. Then loads the program and opens the map with
  /// its rules, or makes it, with the rules of an older version if these are pinned; refuses a
  /// pinned map of another shape, or of another size than asked for. Attaches nothing yet. An
  /// interface that is named twice counts once.
  ///
  /// Throws Error: not_found (interface), exists (another program is attached, which is named; or
  /// the filter is, in another mode; or the filter's programs use a map that is no longer pinned),
  /// invalid (max_entries), not_bpffs, permission.
  FilterLoad(const std::vector<std::string>& interfaces, FilterLoadOptions options);
  FilterLoad(const FilterLoad&) = delete;
  FilterLoad& operator=(const FilterLoad&) = delete;
  ~FilterLoad();

  /// The pinned map with the rules.
  Map& rules();
  /// True if this load has made rules().
  bool made_rules() const;
  /// How many rules rules() has from a map of an older version of the filter that was pinned in its
  /// place, and is pinned again if the load ends without keep(); nullopt if there was none.
  std::optional<std::size_t> taken_over() const;
  /// True if rules() already filter all of the interfaces, so that only the program changes. False
  /// if that is unknown: without CAP_SYS_ADMIN.
  bool is_reload() const;

  /// From now until keep(), this process alone holds the filter's links on these interfaces, those
  /// that attach() makes included: the kernel detaches them when the process ends, in whatever way.
  /// Call it before rules are written; if anything fails afterwards, detach() removes the filter
  /// that would run with them.
  void hold();

  /// Attaches the program to each interface by a bpf_link (Linux 5.9), or swaps it under the link
  /// that the filter has there. Between a foreign program and ours there is a moment without any.
  ///
  /// Throws Error: exists (another program is attached than at the first check), unsupported (the
  /// mode).
  const std::vector<Attached>& attach();

  /// Makes the load permanent: pins the links, which then stay when the process ends. Throws Error
  /// if others have removed the rules (busy) or an interface (not_found) meanwhile; links that were
  /// only held are detached then.
  void keep();

  /// Removes the filter from these interfaces, also where it ran before: for rules that lock
  /// somebody out. Foreign programs that were replaced come back. Removes the pins that this load
  /// has made and that nobody uses meanwhile.
  void detach();

 private:
  void attach_new(InterfaceChange& change);
  void swap(InterfaceChange& change, bool is_last);
  void pin(InterfaceChange& change);
  std::vector<std::string> undo();

  FilterLoadOptions options_;
  Fd lock_;
  std::vector<InterfaceChange> changes_;
  std::unique_ptr<FilterObject> program_;
  std::vector<Attached> attached_{};
  bool is_held_ = false;
};

/// Does all steps at once, with the rules that the pinned map has, or none.
std::vector<Attached> filter_load(const std::vector<std::string>& interfaces,
                                  const FilterLoadOptions& options);

}  // namespace mapctl
