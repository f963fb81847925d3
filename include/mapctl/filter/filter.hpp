#pragma once
// The bundled XDP filter: loading, attaching, removing it, and what it has seen.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/filter/verdict.hpp"
#include "mapctl/info.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

/// Where the program runs: in the driver, or in the generic path that every
/// interface has (slower, after the skb is built).
enum class XdpMode { native, skb };

std::string_view name(XdpMode mode);

/// Where one filter has its pins. A host can have several, by name: each has
/// rules, statistics and links of its own.
class FilterPins {
 public:
  /// The directory is on a bpffs. The name is of letters, digits, `-` and `_`,
  /// without "_link"; throws BadInput.
  FilterPins(std::filesystem::path directory = "/sys/fs/bpf", std::string name = "filter");

  const std::filesystem::path& directory() const noexcept { return directory_; }
  const std::string& name() const noexcept { return name_; }

  std::filesystem::path rules() const;       ///< NAME_map
  std::filesystem::path statistics() const;  ///< NAME_stats
  /// NAME_link_IFACE. A pin's name cannot hold a dot, so `.` in the name of an
  /// interface is written %2E, and `%` %25.
  std::filesystem::path link(const std::string& interface) const;

 private:
  std::filesystem::path directory_;
  std::string name_;
};

/// What becomes of a program that somebody else has attached to an interface.
enum class ForeignPrograms {
  refuse,   ///< it stays, and nothing is loaded
  replace,  ///< ours takes its place, unless a bpf_link holds it: nobody can replace that one
};

struct FilterLoadOptions {
  FilterPins pins{};
  std::optional<XdpMode> mode{};               ///< nullopt: native, else skb, reported in Attached
  std::optional<std::uint32_t> max_entries{};  ///< nullopt: as the map has it, 16384 for a new one
  ForeignPrograms foreign = ForeignPrograms::refuse;
  /// Look up rules by destination, too: about 50 ns for each packet. Without it such rules do
  /// nothing.
  bool destinations = false;
};

/// A program that is not the filter's.
struct ForeignProgram {
  std::uint32_t id = 0;
  std::string name{};
};

struct Attached {
  std::string interface;
  XdpMode mode = XdpMode::native;
  std::string native_refusal{};  ///< why native was not possible, where skb was chosen instead
  bool replaced = false;         ///< our own older program was swapped under the same link
  std::optional<ForeignProgram> foreign{};  ///< whose place it took: ForeignPrograms::replace
};

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
  class State;
  std::unique_ptr<State> state_;
};

/// All steps at once. The rules are those that the pinned map has, or none.
std::vector<Attached> filter_load(const std::vector<std::string>& interfaces,
                                  const FilterLoadOptions& options);

/// Whether the program was loaded to look up rules by destination; nullopt for one that knows
/// nothing of that, and without CAP_SYS_ADMIN.
std::optional<bool> uses_destinations(const ProgramInfo& program);

/// How many rules of a filter's map are by destination.
std::size_t count_destination_rules(const Map& rules);

enum class FilterRules { keep, remove };

/// Detaches from the interfaces and removes the links' pins; the rules and their
/// statistics stay, or their pins go too. An interface is the one that has this
/// name now; the pin of a device that is gone is removed by the name it had.
///
/// Everything is looked at before the first is changed: returns the interfaces
/// that our filter is not on, and if there are any, nothing was done. Throws
/// Error: not_found (no interface and no pin has that name), busy (the rules are
/// to go, and another interface is filtered by them). When the kernel refuses
/// in the middle, details().done tells how many were detached before.
std::vector<std::string> filter_unload(const std::vector<std::string>& interfaces,
                                       const FilterPins& pins,
                                       FilterRules rules = FilterRules::keep);

struct FilterUnloaded {
  std::vector<std::string> interfaces;  ///< detached, or gone
  std::vector<std::string> elsewhere;   ///< still filtered, in other network namespaces
};

/// The same for every interface that the filter has a link on. Links in other network namespaces
/// stay, and with them FilterRules::remove is refused.
FilterUnloaded filter_unload_all(const FilterPins& pins, FilterRules rules = FilterRules::keep);

struct FilterTotals {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};

/// By verdict, in the order of FilterVerdict.
using VerdictTotals = std::array<FilterTotals, filter_verdict_count>;

/// What the filter has counted: one for each of possible_cpus(), in that order;
/// empty where it has no statistics. Throws as filter_status() does.
std::vector<VerdictTotals> verdict_totals(const FilterPins& pins);

/// Over all CPUs.
VerdictTotals sum(const std::vector<VerdictTotals>& cpus);

/// Where the interface of a link is, as seen from this network namespace.
enum class FilterPlace {
  here,
  other_namespace,
  gone,  ///< the device was removed, or the link was severed
};

std::string_view name(FilterPlace place);

/// What the kernel tells of a program.
struct FilterProgram {
  std::string name;
  std::string tag;          ///< in hexadecimal: the same for the same instructions
  std::int64_t loaded = 0;  ///< seconds since 1970, by the clock as it is set now
};

struct FilterLink {
  std::string
      interface;  ///< by its present name; where it is not here, by the one it was loaded by
  FilterPlace place = FilterPlace::here;
  std::string pin;
  std::optional<XdpMode> mode{};  ///< known only of an interface that is here
  std::uint32_t link_id = 0;
  std::uint32_t program_id = 0;
  /// Nullopt without CAP_SYS_ADMIN, and for a device that is gone.
  std::optional<FilterProgram> program{};
  /// False: rules put into filter_map do nothing there. Nullopt where it cannot be told:
  /// without CAP_SYS_ADMIN, and where the program was replaced in this moment.
  std::optional<bool> uses_pinned_map{};
  /// False: what it counts is not among FilterStatus::totals. Nullopt as above.
  std::optional<bool> uses_pinned_statistics{};
  /// With the rules that its program uses; 0 where that cannot be told.
  std::uint32_t map_id = 0;
  /// Whether it looks for rules by destination; nullopt as above, and for a
  /// program that knows none.
  std::optional<bool> destinations{};
};

struct FilterStatus {
  std::vector<FilterLink> links;
  std::uint32_t map_id = 0;         ///< 0: no pinned map
  std::uint32_t statistics_id = 0;  ///< 0: none are pinned
  std::uint32_t max_entries = 0;
  std::size_t rules = 0;
  std::size_t bad_rules = 0;          ///< those whose action is neither drop nor pass
  std::size_t destination_rules = 0;  ///< see FilterLink::destinations
  std::string default_action;         ///< "pass" where no default rule exists
  /// Programs that use the pinned map; nullopt without CAP_SYS_ADMIN.
  std::optional<std::size_t> programs{};
  std::vector<VerdictTotals> cpus{};  ///< as verdict_totals() has them
  VerdictTotals totals{};
};

/// The interfaces alone, as FilterStatus has them: no rule is read.
std::vector<FilterLink> filter_interfaces(const FilterPins& pins);

/// Reads what is pinned; the pins must be readable. Throws Error: exists (other
/// maps are pinned under these names), not_bpffs, permission.
FilterStatus filter_status(const FilterPins& pins);

/// An XDP program on an interface of this network namespace.
struct XdpProgram {
  std::string interface;
  std::optional<XdpMode> mode{};  ///< nullopt: it runs in the network card itself
  std::uint32_t id = 0;
  std::string name;  ///< empty without CAP_SYS_ADMIN
  std::optional<std::string>
      filter{};  ///< whose it is, where a filter pinned beside this one's holds it
};

/// The programs that are not this filter's, by interface.
std::vector<XdpProgram> foreign_programs(const FilterPins& pins);

}  // namespace mapctl
