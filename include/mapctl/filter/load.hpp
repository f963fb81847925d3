#pragma once
// Loading the bundled XDP filter and attaching it to interfaces.

#include <memory>
#include <string>
#include <vector>

#include "mapctl/fd.hpp"
#include "mapctl/filter/load_options.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

class FilterObject;
struct InterfaceChange;

/// One load of the filter in its steps, for whoever does something between them: puts rules in
/// before the first packet meets the program, or keeps it only once it has proved itself.
///
///     FilterLoad load({"eth0"}, options);
///     // put rules into load.rules()
///     load.attach();
///     load.keep();
///
/// All or nothing: when a step throws, and when it ends without keep(), the interfaces are as they
/// were before, and the pins it made are gone. For that, replacing the programs of several
/// interfaces that are filtered already, or a foreign one, needs CAP_SYS_ADMIN; without it, the one
/// interface that was filtered already keeps the new program. Rules that were written to a map
/// that was there before stay written.
///
/// While it lives, other loads and unloads in the directory wait; but not between attach() and
/// keep() of one that has taken hold().
class FilterLoad {
 public:
  /// Looks at everything before it changes anything. Then loads the program and opens the map
  /// with its rules, or makes it; a pinned one of another shape or another size than asked for is
  /// refused. Nothing is attached yet. An interface that is named twice counts once.
  ///
  /// Throws Error: not_found (interface), exists (another program is attached; it is named; or
  /// the filter is, in another mode; or the filter's programs use a map that is not pinned any
  /// more), invalid (max_entries), not_bpffs, permission.
  FilterLoad(const std::vector<std::string>& interfaces, FilterLoadOptions options);
  FilterLoad(const FilterLoad&) = delete;
  FilterLoad& operator=(const FilterLoad&) = delete;
  ~FilterLoad();

  /// The map with the rules, which is pinned.
  Map& rules();
  /// Whether this load has made it.
  bool made_rules() const;
  /// Whether all of the interfaces are filtered by rules() already, so that only the program
  /// changes. False where that cannot be told: without CAP_SYS_ADMIN.
  bool is_reload() const;

  /// From now on the links that the filter has on these interfaces, and those that attach() makes,
  /// are held by this process alone until keep(): the kernel detaches them when it ends, in
  /// whatever way. Call it before rules are written; whatever fails afterwards, detach() takes the
  /// filter away that would run with them.
  void hold();

  /// Attaches the program to each interface by a bpf_link (Linux 5.9), or swaps it under the link
  /// that the filter has there. Between a foreign program and ours there is a moment without any.
  ///
  /// Throws Error: exists (another program is attached than when it was looked at), unsupported
  /// (the mode).
  const std::vector<Attached>& attach();

  /// Makes it last: the links are pinned and stay when the process ends. Throws Error where
  /// others have removed the rules (busy) or an interface (not_found) meanwhile; what was only
  /// held is detached then.
  void keep();

  /// Takes the filter from these interfaces, also where it ran before: for rules that cut
  /// somebody off. Foreign programs that were replaced come back. Of the pins, those go that this
  /// load has made and nobody uses meanwhile.
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

/// All steps at once. The rules are those that the pinned map has, or none.
std::vector<Attached> filter_load(const std::vector<std::string>& interfaces,
                                  const FilterLoadOptions& options);

}  // namespace mapctl
