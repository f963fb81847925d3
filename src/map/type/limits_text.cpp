#include <fmt/format.h>

#include "map/type/map_type_table.hpp"

// Why a type does not do something, and what it does instead, in words.

namespace mapctl {
namespace {

using enum Operation;

/// The call for one entry that does what the batch call does for many.
Operation single(Operation operation) {
  if (operation == lookup_batch) return next_key;
  if (operation == pop_batch) return erase;
  if (operation == update_batch) return update;
  if (operation == erase_batch) return erase;
  return operation;
}

bool is_batch(Operation operation) { return single(operation) != operation; }

std::string_view participle(Operation operation) {
  switch (operation) {
    case lookup:
      return "read";
    case update:
      return "written";
    case erase:
      return "deleted";
    case pop:
      return "taken out";
    case next_key:
    case lookup_batch:
      return "listed";
    case pop_batch:
      return "drained";
    case update_batch:
      return "written";
    case erase_batch:
      return "deleted";
    case freeze:
      return "frozen";
    case mmap:
      return "mapped into memory";
    case create:
      return "created";
    case open:
      return "opened";
    case info:
      return "described";
    case pin:
      return "pinned";
    case unpin:
      return "unpinned";
    case list_ids:
      return "enumerated";
    case load_btf:
      return "given types";
    case load_program:
      return "used by this program";
    case attach:
      return "attached";
    case detach:
      return "detached";
  }
  return "used like that";
}

bool concerns_entries(Operation operation) {
  return operation == erase || operation == pop || operation == erase_batch;
}

std::string_view instead_of(const TypeRow& row, Operation operation) {
  const auto works = [&](Operation other) { return (row.operations & bit(other)) != 0; };
  const Operation one = single(operation);
  if (is_batch(operation) && works(one)) return "use one call for each entry";
  if (one == pop && works(lookup) && works(erase)) return "use get and delete";
  if (one == pop && works(lookup) && works(next_key)) return "use get";
  if (one == lookup) return row.words.read;
  if (one == update) return row.words.write;
  if (one == erase || one == pop) return row.words.erase;
  if (one == next_key) return row.words.list;
  if (one == create) return row.words.create;
  return {};
}

/// Of what the type does, only not here.
std::string blame_kernel(KernelVersion since, KernelVersion kernel) {
  return since > kernel ? ": " + needs_version(since, kernel)
                        : fmt::format(" on this kernel; Linux can since {}", version_text(since));
}

}  // namespace

std::string with_article(MapType type) {
  return fmt::format("{} {}", has(type, an) ? "an" : "a", type_name(type));
}

std::string needs_version(KernelVersion since, KernelVersion kernel) {
  return fmt::format("that needs Linux {}, this is {}", version_text(since), version_text(kernel));
}

std::string refusal(MapType type, Operation operation, KernelVersion kernel) {
  const TypeRow* row = find_row(type);
  if (row == nullptr)
    return fmt::format("maps of {} cannot be {} on this kernel", type_name(type),
                       participle(operation));
  const bool batch = is_batch(operation) && can(type, single(operation));
  std::string sentence =
      fmt::format("{} cannot be {}{}", concerns_entries(operation) ? row->entries : row->plural,
                  participle(operation), batch ? " in batches" : "");
  const auto version = since(type, operation);
  if (version) sentence += blame_kernel(*version, kernel);
  // Where the type itself does it, only another of its operations can stand in.
  const bool replaceable = !version || operation == pop || is_batch(operation);
  const std::string_view instead = replaceable ? instead_of(*row, operation) : "";
  return instead.empty() ? sentence : fmt::format("{}; {}", sentence, instead);
}

}  // namespace mapctl
