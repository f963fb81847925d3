#include "mapctl/map_type.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "map/type/map_flags.hpp"
#include "map/type/map_type_table.hpp"

namespace mapctl {
namespace {

constexpr unsigned map_operations = bit(Operation::create) - 1;

/// The commands of bpf(2) that came after the first types.
constexpr Later commands[] = {
    {bit(Operation::freeze), {5, 2}},
    {bit(Operation::mmap), {5, 5}},
    {operation_bits({Operation::lookup_batch, Operation::pop_batch, Operation::update_batch,
                     Operation::erase_batch}),
     {5, 6}},
};

KernelVersion newest(KernelVersion version, std::span<const Later> later, Operation operation) {
  for (const Later& entry : later)
    if ((entry.operations & bit(operation)) != 0) version = std::max(version, entry.since);
  return version;
}

/// "34", "type 34"
std::optional<MapType> parse_type_number(std::string_view text) {
  constexpr std::string_view word = "type ";
  if (text.starts_with(word)) text.remove_prefix(word.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0) return std::nullopt;
  return static_cast<MapType>(number);
}

}  // namespace

std::string type_name(MapType type) {
  const TypeRow* row = find_row(type);
  return row != nullptr ? std::string(row->name)
                        : fmt::format("type {}", static_cast<std::uint32_t>(type));
}

std::optional<MapType> parse_map_type(std::string_view name) {
  const auto found = std::ranges::find(type_rows(), name, &TypeRow::name);
  return found != type_rows().end() ? std::optional(found->type) : parse_type_number(name);
}

std::span<const MapType> all_map_types() {
  static const auto types = [] {
    std::vector<MapType> result;
    for (const TypeRow& row : type_rows()) result.push_back(row.type);
    return result;
  }();
  return types;
}

std::string_view operation_name(Operation operation) {
  switch (operation) {
    case Operation::lookup:
      return "lookup";
    case Operation::update:
      return "update";
    case Operation::erase:
      return "delete";
    case Operation::pop:
      return "pop";
    case Operation::next_key:
      return "next_key";
    case Operation::lookup_batch:
      return "lookup_batch";
    case Operation::pop_batch:
      return "pop_batch";
    case Operation::update_batch:
      return "update_batch";
    case Operation::erase_batch:
      return "delete_batch";
    case Operation::freeze:
      return "freeze";
    case Operation::mmap:
      return "mmap";
    case Operation::create:
      return "create";
    case Operation::open:
      return "open";
    case Operation::info:
      return "info";
    case Operation::pin:
      return "pin";
    case Operation::unpin:
      return "unpin";
    case Operation::list_ids:
      return "list_ids";
    case Operation::load_btf:
      return "load_btf";
    case Operation::load_program:
      return "load_program";
    case Operation::attach:
      return "attach";
    case Operation::detach:
      return "detach";
  }
  return "unknown";
}

std::span<const Operation> all_operations() {
  static constexpr auto operations = [] {
    std::array<Operation, static_cast<std::size_t>(Operation::create)> result{};
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<Operation>(i);
    return result;
  }();
  return operations;
}

bool can(MapType type, Operation operation) {
  if (operation == Operation::create) return !has(type, only_loaded);
  if ((bit(operation) & map_operations) == 0) return true;
  const TypeRow* row = find_row(type);
  return row == nullptr || (row->operations & bit(operation)) != 0;
}

std::optional<KernelVersion> since(MapType type) {
  const TypeRow* row = find_row(type);
  return row != nullptr ? std::optional(row->since) : std::nullopt;
}

std::optional<KernelVersion> since(MapType type, Operation operation) {
  const TypeRow* row = find_row(type);
  if (row == nullptr || !can(type, operation)) return std::nullopt;
  return newest(newest(row->since, commands, operation), row->later, operation);
}

std::vector<Operation> possible_operations(MapType type, std::uint32_t flags,
                                           KernelVersion kernel) {
  std::vector<Operation> possible;
  for (const Operation operation : all_operations()) {
    const auto version = since(type, operation);
    const bool unmapped = operation == Operation::mmap && needs_flag_to_map(type, flags);
    if (version && *version <= kernel && !unmapped) possible.push_back(operation);
  }
  return possible;
}

bool needs_flag_to_map(MapType type, std::uint32_t flags) {
  return type == MapType::array && (flags & map_flag::mmapable) == 0;
}

bool is_per_cpu(MapType type) { return has(type, per_cpu); }
bool is_array_like(MapType type) { return has(type, filled); }
bool is_indexed(MapType type) { return has(type, indexed); }
bool is_keyless(MapType type) { return has(type, keyless); }
bool holds_maps(MapType type) { return has(type, of_maps); }
bool takes_btf(MapType type) { return has(type, takes_types); }

bool has_keys(MapType type) { return !is_keyless(type) && !has(type, no_keys); }
bool has_values(MapType type) { return !has(type, no_values); }
bool has_max_entries(MapType type) { return !has(type, grows); }
bool needs_types(MapType type) { return has(type, stored); }

std::uint32_t fixed_key_size(MapType type) {
  return is_indexed(type) || has(type, stored) || has(type, u32_keys) ? sizeof(std::uint32_t) : 0;
}

std::uint32_t fixed_value_size(MapType type) {
  return has(type, u32_values) ? sizeof(std::uint32_t) : 0;
}

std::uint32_t required_flags(MapType type) {
  return (has(type, needs_no_prealloc) ? map_flag::no_prealloc : 0) |
         (has(type, needs_mmapable) ? map_flag::mmapable : 0);
}

}  // namespace mapctl
