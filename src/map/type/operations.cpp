#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "map/type/map_type_table.hpp"

// The first Linux of each operation, and the texts that refuse an operation.

namespace mapctl {
namespace {

using enum Operation;

/// The name of an operation, and what a map without it "cannot be".
struct OperationWords {
  Operation operation;
  std::string_view name;
  std::string_view participle;
};

constexpr std::array operations{
    OperationWords{lookup, "lookup", "read"},
    OperationWords{update, "update", "written"},
    OperationWords{erase, "delete", "deleted"},
    OperationWords{pop, "pop", "taken out"},
    OperationWords{next_key, "next_key", "listed"},
    OperationWords{lookup_batch, "lookup_batch", "listed"},
    OperationWords{pop_batch, "pop_batch", "drained"},
    OperationWords{update_batch, "update_batch", "written"},
    OperationWords{erase_batch, "delete_batch", "deleted"},
    OperationWords{freeze, "freeze", "frozen"},
    OperationWords{mmap, "mmap", "mapped into memory"},
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

std::string_view operation_name(Operation operation) { return words_of(operation).name; }

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
