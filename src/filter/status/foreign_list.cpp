// XDP programs that are not this filter's.

#include <bpf/libbpf.h>
#include <net/if.h>

#include <algorithm>
#include <memory>

#include "filter/objects/links.hpp"
#include "filter/objects/pins.hpp"
#include "filter/objects/read_program.hpp"
#include "map/libbpf_options.hpp"
#include "mapctl/filter/filter.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

/// A program of a filter, on an interface of this network namespace.
struct Held {
  std::uint32_t interface_index;
  std::uint32_t program_id;
  std::string filter;
};

void add_links(std::vector<Held>& held, const FilterPins& pins) {
  for (const PinnedLink& link : filter_links(pins))
    if (link.place == FilterPlace::here)
      held.push_back({link.info.interface_index, link.info.program_id, pins.name()});
}

std::vector<std::string> filters_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    if (std::optional<std::string> name = filter_of_link_pin(at->path()))
      names.push_back(*std::move(name));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// Pins that are something else, or that the caller may not open, say nothing of whose
/// program runs.
std::vector<Held> held_by_others(const FilterPins& pins) {
  std::vector<Held> held;
  for (const std::string& name : filters_in(pins.directory())) try {
      if (name != pins.name()) add_links(held, FilterPins(pins.directory(), name));
    } catch (const Error&) {
    } catch (const BadInput&) {
    }
  return held;
}

const Held* find(const std::vector<Held>& held, std::uint32_t interface_index, std::uint32_t id) {
  const auto found = std::ranges::find_if(held, [&](const Held& each) {
    return each.interface_index == interface_index && each.program_id == id;
  });
  return found == held.end() ? nullptr : &*found;
}

}  // namespace

std::vector<XdpProgram> foreign_programs(const FilterPins& pins) {
  std::vector<Held> own;
  add_links(own, pins);
  const std::vector<Held> others = held_by_others(pins);
  std::vector<XdpProgram> found;
  const auto add = [&](const struct if_nameindex& interface, std::uint32_t id,
                       std::optional<XdpMode> mode) {
    if (id == 0 || find(own, interface.if_index, id) != nullptr) return;
    XdpProgram program{.interface = interface.if_name, .mode = mode, .id = id};
    program.name = program_name(id);
    // Anybody may call a pin so. Without CAP_SYS_ADMIN the name of the program is unknown.
    const Held* const holder = find(others, interface.if_index, id);
    if (holder != nullptr && (program.name.empty() || is_filter_program(program.name)))
      program.filter = holder->filter;
    found.push_back(std::move(program));
  };
  const std::unique_ptr<struct if_nameindex, decltype(&if_freenameindex)> all{if_nameindex(),
                                                                              &if_freenameindex};
  for (const struct if_nameindex* each = all.get(); each != nullptr && each->if_index != 0;
       ++each) {
    auto query = libbpf_options<bpf_xdp_query_opts>();
    if (bpf_xdp_query(static_cast<int>(each->if_index), 0, &query) != 0) continue;
    add(*each, query.drv_prog_id, XdpMode::native);
    add(*each, query.skb_prog_id, XdpMode::skb);
    add(*each, query.hw_prog_id, std::nullopt);
  }
  return found;
}

}  // namespace mapctl
