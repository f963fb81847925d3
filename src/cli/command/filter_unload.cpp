// filter unload: detaches the bundled XDP filter.

#include "mapctl/filter/unload.hpp"

#include <fmt/format.h>

#include "cli/bulk/map_lock.hpp"
#include "cli/command/commands.hpp"
#include "cli/filter/filter_report.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/session/confirm.hpp"

namespace mapctl::cli {

namespace {

struct FilterUnloadArguments {
  std::vector<std::string> interfaces;
  bool all = false;
  std::string name = "filter";
  bool purge = false;
  PinOwner owner = PinOwner::trusted;
  std::optional<std::uint32_t> patience = usual_patience;  ///< milliseconds
};

void confirm_unload(const FilterUnloadArguments& options, const Session& session) {
  if (options.interfaces.empty() && !options.all)
    return confirm(session, "remove the filter's rules", "they are lost");
  const std::string where =
      options.all ? "every interface" : fmt::format("{}", fmt::join(options.interfaces, ", "));
  confirm(session, fmt::format("unload the filter from {}", where),
          options.purge ? "its packets will no longer be filtered, and the rules are lost"
                        : "its packets will no longer be filtered");
}

Exit unload_all(const FilterPins& pins, FilterRules rules, KeepWaiting keep_waiting,
                const Session& session) {
  const FilterUnloaded unloaded = filter_unload_all(pins, rules, std::move(keep_waiting));
  for (const std::string& interface : unloaded.elsewhere)
    note(
        fmt::format("{} is still filtered: it is in another network namespace, and is unloaded "
                    "there",
                    interface));
  const bool changed = !unloaded.interfaces.empty() || rules == FilterRules::remove;
  print_done(session, {{"interfaces", unloaded.interfaces.size()}},
             changed ? Changed::yes : Changed::no);
  return Exit::done;
}

Exit filter_unload(const FilterUnloadArguments& options, const Session& session) {
  if (options.interfaces.empty() && !options.purge && !options.all)
    throw usage_error("filter unload: no interface is named",
                      {"name one, or --all; --purge alone removes the rules"});
  const FilterPins pins(bpffs_directory(), options.name, options.owner);
  const FilterRules rules = options.purge ? FilterRules::remove : FilterRules::keep;
  confirm_unload(options, session);
  if (session.only_check) return Exit::done;
  const KeepWaiting keep_waiting = wait_at_most(*options.patience, "unload the filter");
  if (options.all) return unload_all(pins, rules, keep_waiting, session);
  const std::vector<std::string> unfiltered =
      mapctl::filter_unload(options.interfaces, pins, rules, keep_waiting);
  if (unfiltered.empty()) {
    print_done(session, {{"interfaces", options.interfaces.size()}});
    return Exit::done;
  }
  throw Failed(
      {"absent", Exit::no,
       fmt::format("the filter is not loaded on {}", fmt::join(unfiltered, ", ")),
       unfiltered.size() == options.interfaces.size() ? "" : "so it was unloaded from none"});
}

constexpr Option filter_unload_options[] = {
    operand<&FilterUnloadArguments::interfaces>("IFACE", ValueKind::interface, "interfaces to free")
        .optional(),
    flag<&FilterUnloadArguments::all>("--all", "every interface that the filter is on")
        .excludes("IFACE"),
    filter_name<&FilterUnloadArguments::name>(),
    adopt<&FilterUnloadArguments::owner>(),
    flag<&FilterUnloadArguments::purge>(
        "--purge", "remove the rules as well; alone, once no interface is filtered"),
    lock_timeout<&FilterUnloadArguments::patience>(),
};

}  // namespace

const Command filter_unload_command("filter unload", "detach the XDP filter", Types::none,
                                    action_of<filter_unload>, filter_unload_options,
                                    "filter unload eth0 --yes\n"
                                    "filter unload --all --purge --yes",
                                    {.usage = "IFACE… | --all",
                                     .changes_names = true,
                                     .can_check = true});

}  // namespace mapctl::cli
