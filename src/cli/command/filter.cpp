// filter load and unload: the bundled XDP filter.

#include "mapctl/filter.hpp"

#include <fmt/format.h>

#include "commands.hpp"
#include "map_ref.hpp"

namespace mapctl::cli {

namespace {

std::optional<XdpMode> parse_mode(const std::string& text) {
  if (text == "native") return XdpMode::native;
  if (text == "skb") return XdpMode::skb;
  return std::nullopt;
}

void write_attached(Output& output, const Attached& attached) {
  output.begin_struct();
  output.member("interface");
  output.string(attached.interface);
  output.member("mode");
  output.word(name(attached.mode));
  output.member("replaced");
  output.boolean(attached.replaced);
  output.end_struct();
}

void confirm_unload(const FilterUnloadArguments& options, const Session& session) {
  if (options.interfaces.empty())
    return confirm(session, "remove the filter's rules", "they are lost");
  confirm(session, fmt::format("unload the filter from {}", fmt::join(options.interfaces, ", ")),
          options.purge ? "its packets will no longer be filtered, and the rules are lost"
                        : "its packets will no longer be filtered");
}

}  // namespace

Exit filter_load(const FilterLoadArguments& options, const Session& session) {
  FilterLoadOptions load;
  load.pins = bpffs_directory();
  load.mode = parse_mode(options.mode);
  if (options.max_entries != 0) load.max_entries = options.max_entries;
  const std::vector<Attached> all = mapctl::filter_load(options.interfaces, load);

  Results results(session, Document::list, {{"interface"}, {"mode"}, {"replaced"}});
  for (const Attached& attached : all) {
    if (!attached.native_refusal.empty())
      note(fmt::format("{} runs the filter in skb mode, which is slower: {}", attached.interface,
                       attached.native_refusal));
    write_attached(*results, attached);
  }
  results.finish();
  return Exit::done;
}

Exit filter_unload(const FilterUnloadArguments& options, const Session& session) {
  if (options.interfaces.empty() && !options.purge)
    throw usage_error("filter unload: no interface is named",
                      {"name one; --purge alone removes the rules"});
  confirm_unload(options, session);
  const std::vector<std::string> unfiltered =
      mapctl::filter_unload(options.interfaces, bpffs_directory(),
                            options.purge ? FilterRules::remove : FilterRules::keep);
  if (unfiltered.empty()) return Exit::done;
  throw Failed(
      {"absent", Exit::no,
       fmt::format("the filter is not loaded on {}", fmt::join(unfiltered, ", ")),
       unfiltered.size() == options.interfaces.size() ? "" : "so it was unloaded from none"});
}

}  // namespace mapctl::cli
