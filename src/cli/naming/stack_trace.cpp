#include "cli/naming/stack_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>

#include "map/type/map_flags.hpp"
#include "text/literal/bits.hpp"

namespace mapctl::cli {

namespace {

constexpr const char* stack_name = "stack";

bool is_function(char type) { return type == 't' || type == 'T' || type == 'w' || type == 'W'; }

}  // namespace

KernelSymbols::KernelSymbols(std::istream& lines) {
  for (std::string line; std::getline(lines, line);) {
    std::uint64_t address = 0;
    const char* const end = line.data() + line.size();
    const std::string_view rest{std::from_chars(line.data(), end, address, 16).ptr, end};
    if (address == 0 || rest.size() < 4) continue;  // " T name", and a tab before a module's name
    const std::string_view name = rest.substr(3, rest.find('\t') - 3);
    symbols_.emplace_back(address, is_function(rest[1]) ? name : "");
  }
  std::ranges::stable_sort(symbols_, {}, &std::pair<std::uint64_t, std::string>::first);
}

std::string KernelSymbols::name_of(std::uint64_t address) const {
  constexpr std::uint64_t largest_function = 1 << 20;
  const auto after = std::ranges::upper_bound(symbols_, address, {},
                                              &std::pair<std::uint64_t, std::string>::first);
  if (after == symbols_.begin()) return {};
  const auto& [begin, name] = *std::prev(after);
  if (name.empty() || address - begin >= largest_function) return {};
  return fmt::format("{}+{:#x}", name, address - begin);
}

std::optional<Layout> stack_layout(const MapInfo& map) {
  constexpr std::uint32_t size = sizeof(std::uint64_t);
  if (map.type != MapType::stack_trace || (map.flags & map_flag::stack_build_id) != 0)
    return std::nullopt;
  const Layout address{.kind = Kind::pointer, .size = size};
  return Layout{.kind = Kind::array,
                .size = map.value_size,
                .name = stack_name,
                .element = std::make_shared<const Layout>(address),
                .count = map.value_size / size};
}

bool is_stack(const Layout& layout) { return layout.name == stack_name; }

std::vector<std::string> frames_of(ByteView stack, const KernelSymbols& symbols) {
  std::vector<std::string> frames;
  for (; stack.size() >= 8 && !all_zero(stack); stack = stack.subspan(8)) {
    const auto address = load_as<std::uint64_t>(stack.first(8));
    const std::string name = symbols.name_of(address);
    frames.push_back(fmt::format("{:#x}{}{}", address, name.empty() ? "" : " ", name));
  }
  return frames;
}

std::vector<std::string> frames_of(ByteView stack) {
  static const KernelSymbols symbols = [] {
    std::ifstream lines("/proc/kallsyms");
    return KernelSymbols(lines);
  }();
  return frames_of(stack, symbols);
}

}  // namespace mapctl::cli
