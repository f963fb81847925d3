#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "map/type/map_flags.hpp"
#include "map/type/map_type_table.hpp"

// What the table says of a type and of its operations, and the texts that refuse an operation.

namespace mapctl {
namespace {

/// "34", "type 34"
std::optional<MapType> parse_type_number(std::string_view text) {
  constexpr std::string_view word = "type ";
  if (text.starts_with(word)) text.remove_prefix(word.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0) return std::nullopt;
  return static_cast<MapType>(number);
}

/// A column of the type's row, or of an empty row.
template <typename Column>
Column column(MapType type, Column TypeRow::*column, Column unknown) {
  const TypeRow* row = find_row(type);
  return row != nullptr ? row->*column : unknown;
}

Flags flags_of(MapType type) { return column(type, &TypeRow::flags, {}); }

bool is_descriptor(KeyContent kind) {
  return kind == KeyContent::task || kind == KeyContent::file || kind == KeyContent::socket ||
         kind == KeyContent::cgroup;
}

using enum Operation;

/// The name of an operation, what a map without it "cannot be", and what a call tries.
struct OperationWords {
  Operation operation;
  std::string_view name;
  std::string_view participle;
  std::string_view attempt = "use {}";
};

constexpr std::array operations{
    OperationWords{lookup, "lookup", "read", "look up an entry of {}"},
    OperationWords{update, "update", "written", "put an entry into {}"},
    OperationWords{erase, "delete", "deleted", "delete an entry of {}"},
    OperationWords{pop, "pop", "taken out", "take an entry from {}"},
    OperationWords{next_key, "next_key", "listed", "list the entries of {}"},
    OperationWords{lookup_batch, "lookup_batch", "listed", "list the entries of {}"},
    OperationWords{pop_batch, "pop_batch", "drained", "take an entry from {}"},
    OperationWords{update_batch, "update_batch", "written", "put an entry into {}"},
    OperationWords{erase_batch, "delete_batch", "deleted", "delete an entry of {}"},
    OperationWords{freeze, "freeze", "frozen", "freeze {}"},
    OperationWords{mmap, "mmap", "mapped into memory", "map {} into memory"},
    OperationWords{create, "create", "created"},
    OperationWords{open, "open", "opened"},
    OperationWords{info, "info", "described"},
    OperationWords{pin, "pin", "pinned"},
    OperationWords{unpin, "unpin", "unpinned"},
    OperationWords{list_ids, "list_ids", "enumerated"},
    OperationWords{load_btf, "load_btf", "given types"},
    OperationWords{load_program, "load_program", "used by this program"},
    OperationWords{attach, "attach", "attached"},
    OperationWords{detach, "detach", "detached"},
};

constexpr bool are_in_order() {
  for (std::size_t i = 0; i < operations.size(); ++i)
    if (static_cast<std::size_t>(operations[i].operation) != i) return false;
  return operations.back().operation == detach;
}
static_assert(are_in_order());

const OperationWords& words_of(Operation operation) {
  return operations[static_cast<std::size_t>(operation)];
}

/// The commands of bpf(2) that are newer than the first types.
constexpr Later commands[] = {
    {bit(freeze), {5, 2}},
    {bit(mmap), {5, 5}},
    {operation_bits({lookup_batch, pop_batch, update_batch, erase_batch}), {5, 6}},
};

KernelVersion newest(KernelVersion version, std::span<const Later> later, Operation operation) {
  for (const Later& entry : later)
    if ((entry.operations & bit(operation)) != 0) version = std::max(version, entry.since);
  return version;
}

/// The operation on one entry that corresponds to a batch operation.
Operation single(Operation operation) {
  if (operation == lookup_batch) return next_key;
  if (operation == pop_batch) return erase;
  if (operation == update_batch) return update;
  if (operation == erase_batch) return erase;
  return operation;
}

bool is_batch(Operation operation) { return single(operation) != operation; }

bool concerns_entries(Operation operation) {
  return operation == erase || operation == pop || operation == erase_batch;
}

std::string_view instead_of(const TypeRow& row, Operation operation) {
  const auto works = [&](Operation other) { return (row.operations & bit(other)) != 0; };
  const Operation one = single(operation);
  if (is_batch(operation) && works(one)) return "use one call for each entry";
  if (one == pop && works(lookup) && works(erase)) return "look them up and delete them";
  if (one == pop && works(lookup) && works(next_key)) return "look them up";
  if (one == lookup) return row.words.read;
  if (one == update) return row.words.write;
  if (one == erase || one == pop) return row.words.erase;
  if (one == next_key) return row.words.list;
  if (one == create) return row.words.create;
  return {};
}

/// The type has the operation, but this kernel does not.
std::string blame_kernel(KernelVersion since, KernelVersion kernel) {
  return since > kernel ? ": " + needs_version(since, kernel)
                        : fmt::format(" on this kernel; Linux can since {}", version_text(since));
}

}  // namespace

std::string type_name(MapType type) {
  const TypeRow* row = find_row(type);
  return row != nullptr ? std::string(row->name())
                        : fmt::format("type {}", static_cast<std::uint32_t>(type));
}

std::string with_article(MapType type) {
  const TypeRow* row = find_row(type);
  return row != nullptr ? std::string(row->with_article) : "a " + type_name(type);
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

bool has(MapType type, Trait trait) { return (column(type, &TypeRow::traits, 0U) & trait) != 0; }

KeyContent key_content(MapType type) { return column(type, &TypeRow::key, KeyContent::bytes); }
ValueContent value_content(MapType type) {
  return column(type, &TypeRow::value, ValueContent::bytes);
}

std::string_view object_of(MapType type) { return column(type, &TypeRow::words, {}).takes; }

bool is_per_cpu(MapType type) { return has(type, per_cpu); }
bool is_array_like(MapType type) { return has(type, filled); }
bool is_indexed(MapType type) { return key_content(type) == KeyContent::index; }
bool is_keyless(MapType type) { return !has_keys(type) && can(type, Operation::pop); }
bool is_lru(MapType type) { return has(type, lru); }
bool holds_maps(MapType type) { return value_content(type) == ValueContent::map; }
bool has_events(MapType type) { return has(type, events); }
bool takes_btf(MapType type) { return has(type, takes_types); }

bool holds_objects(MapType type) {
  const ValueContent kind = value_content(type);
  return kind > ValueContent::bytes && kind < ValueContent::kernel_struct;
}

bool has_keys(MapType type) { return key_content(type) != KeyContent::none; }
bool has_values(MapType type) { return value_content(type) != ValueContent::none; }
bool needs_types(MapType type) { return is_descriptor(key_content(type)); }

/// An entry that is kept with an object comes and goes with that object.
bool has_max_entries(MapType type) {
  return !needs_types(type) && key_content(type) != KeyContent::cgroup_id;
}

std::uint32_t fixed_key_size(MapType type) {
  const KeyContent kind = key_content(type);
  const bool is_number =
      kind == KeyContent::index || kind == KeyContent::number || is_descriptor(kind);
  return is_number ? sizeof(std::uint32_t) : 0;
}

std::uint32_t fixed_value_size(MapType type) {
  const ValueContent kind = value_content(type);
  return kind >= ValueContent::map && kind <= ValueContent::xdp_socket ? sizeof(std::uint32_t) : 0;
}

std::vector<std::string> flag_names(std::uint32_t bits) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < map_flag_names.size(); ++i)
    if ((bits >> i & 1) != 0) names.emplace_back(map_flag_names[i]);
  const std::uint32_t unnamed = bits >> map_flag_names.size() << map_flag_names.size();
  if (unnamed != 0) names.push_back(fmt::format("{:#x}", unnamed));
  return names;
}

std::uint32_t required_flags(MapType type) { return flags_of(type).needs; }
std::uint32_t automatic_flags(MapType type) { return flags_of(type).sets; }

bool needs_flag_to_map(MapType type, std::uint32_t flags) {
  const Flags known = flags_of(type);
  return (known.takes & ~known.needs & ~flags & map_flag::mmapable) != 0;
}

std::string_view operation_name(Operation operation) { return words_of(operation).name; }
std::string_view attempt_on_map(Operation operation) { return words_of(operation).attempt; }

std::span<const Operation> all_operations() {
  static constexpr auto all = [] {
    std::array<Operation, static_cast<std::size_t>(create)> result{};
    std::ranges::transform(operations.begin(), operations.begin() + result.size(), result.begin(),
                           &OperationWords::operation);
    return result;
  }();
  return all;
}

bool can(MapType type, Operation operation) {
  if (operation == create) return value_content(type) != ValueContent::kernel_struct;
  if (operation > create) return true;
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

std::vector<MapType> types_newer_than(KernelVersion kernel) {
  std::vector<MapType> newer;
  for (const TypeRow& row : type_rows())
    if (row.since > kernel) newer.push_back(row.type);
  return newer;
}

std::vector<Operation> possible_operations(MapType type, std::uint32_t flags,
                                           KernelVersion kernel) {
  std::vector<Operation> possible;
  for (const Operation operation : all_operations()) {
    const auto version = since(type, operation);
    const bool unmapped = operation == mmap && needs_flag_to_map(type, flags);
    if (version && *version <= kernel && !unmapped) possible.push_back(operation);
  }
  return possible;
}

std::string needs_version(KernelVersion since, KernelVersion kernel) {
  return fmt::format("that needs Linux {}, this is {}", version_text(since), version_text(kernel));
}

std::string refusal(MapType type, Operation operation, KernelVersion kernel) {
  const std::string_view participle = words_of(operation).participle;
  const TypeRow* row = find_row(type);
  if (row == nullptr)
    return fmt::format("maps of {} cannot be {} on this kernel", type_name(type), participle);
  const bool batch = is_batch(operation) && can(type, single(operation));
  std::string sentence =
      fmt::format("{} cannot be {}{}", concerns_entries(operation) ? row->entries : row->plural,
                  participle, batch ? " in batches" : "");
  const auto version = since(type, operation);
  if (version) sentence += blame_kernel(*version, kernel);
  // If the type has the operation on a newer kernel, only another of its operations can replace it.
  const bool replaceable = !version || operation == pop || is_batch(operation);
  const std::string_view instead = replaceable ? instead_of(*row, operation) : "";
  return instead.empty() ? sentence : fmt::format("{}; {}", sentence, instead);
}

}  // namespace mapctl
