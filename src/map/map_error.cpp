#include "map/map_error.hpp"

#include <cerrno>
#include <cstring>

#include <linux/bpf.h>

#include <fmt/format.h>

#include "map/fd_info.hpp"
#include "map/type/map_type_table.hpp"

namespace mapctl {
namespace {

std::string attempt(const MapInfo& map, Operation operation) {
  return fmt::format(fmt::runtime(attempt_on_map(operation)), label(map));
}

bool reads(Operation operation) {
  return operation == Operation::lookup || operation == Operation::next_key ||
         operation == Operation::lookup_batch;
}

bool pops(Operation operation) {
  return operation == Operation::pop || operation == Operation::pop_batch;
}

Explanation explain_permission(const MapCall& call) {
  const int fd = call.fd;
  if (!reads(call.operation) && read_map_usage(fd).frozen)
    return {.cause = Cause::frozen,
            .reason = "the map is frozen",
            .why = "user space may not write to it any more, only programs may",
            .fix = {"create a new map and copy the entries"}};
  if (!reads(call.operation) && is_read_only(fd))
    return {.cause = Cause::permission, .reason = "the map is open for reading only"};
  if ((reads(call.operation) || pops(call.operation)) && is_write_only(fd))
    return {.cause = Cause::permission, .reason = "the map is open for writing only"};
  if (call.operation == Operation::freeze)  // up to Linux 6.1
    return needs_capability("freezing a map", "CAP_BPF");
  return needs_capability("this", "CAP_BPF");
}

Explanation out_of_range(const MapCall& call) {
  const std::uint32_t count = call.map.max_entries;
  return {.cause = Cause::out_of_range,
          .reason = call.key.size() == sizeof(std::uint32_t)
                        ? fmt::format("index {} is past the end", index_of(call.key))
                        : "the index is past the end",
          .why = fmt::format("it has {} entries, 0 to {}", count, count - 1)};
}

/// A name by which this map, and no other, can be opened again: kernel names need not be unique.
std::string reference_to(const MapInfo& map) {
  return map.reference.empty() ? fmt::format("id:{}", map.id) : map.reference;
}

std::vector<Remedy> ways_to_make_room(const MapInfo& map) {
  constexpr std::uint64_t larger = 4;
  const MapType type = map.type;
  if (is_keyless(type))
    return {{"take values out", Remedy::pop_value, {reference_to(map)}},
            {"put values in place of the oldest ones", Remedy::push_by_force}};
  if (!can(type, Operation::lookup) || !can(type, Operation::next_key)) return {"delete entries"};
  return {{"delete entries, or rebuild it larger",
           Remedy::enlarge_map,
           {reference_to(map), std::to_string(larger * map.max_entries)}}};
}

Explanation full(const MapInfo& map) {
  const std::uint32_t count = map.max_entries;
  return {.cause = Cause::full,
          .reason = "the map is full",
          .why = fmt::format("{0} of {0} entries are used, and a BPF map cannot grow", count),
          .fix = ways_to_make_room(map)};
}

Explanation exists(MapType type) {
  Explanation explanation{.cause = Cause::exists, .reason = "the key exists already"};
  if (is_array_like(type)) explanation.why = "every index of an array exists from the start";
  return explanation;
}

bool is_wrong_object(int error) {
  return error == EBADF || error == ENOTSOCK || error == EOPNOTSUPP || error == EPROTO;
}

Explanation explain_object(const MapCall& call, int error) {
  const MapType type = call.map.type;
  return {.cause = Cause::invalid,
          .reason = fmt::format("maps of type {} take {}", type_name(type), object_of(type)),
          .why = errno_sentence(error)};
}

Explanation explain_invalid(const MapCall& call) {
  const MapInfo& info = call.map;
  if ((call.flags & BPF_F_LOCK) != 0)
    return {.cause = Cause::invalid,
            .reason = "its values hold no bpf_spin_lock",
            .why = "a lock can be taken only where the map's BTF has a member of that type"};
  if (call.operation == Operation::update && info.type == MapType::lpm_trie)
    return {.cause = Cause::invalid,
            .reason = "the prefix is too long",
            .why = fmt::format("its prefixes have 0 to {} bits",
                               (info.key_size - sizeof(std::uint32_t)) * 8)};
  if (call.operation == Operation::update && info.type == MapType::bloom_filter)
    return {.cause = Cause::invalid,
            .reason = "a bloom_filter only adds values: it can neither refuse nor replace one"};
  if (call.operation == Operation::update && !object_of(info.type).empty())
    return explain_object(call, EINVAL);
  return {.cause = Cause::invalid,
          .reason =
              fmt::format("maps of type {} do not take these bytes or flags", type_name(info.type)),
          .why = errno_sentence(EINVAL)};
}

bool lacks_flag(const MapCall& call) { return needs_flag_to_map(call.map.type, call.map.flags); }

bool is_newer_than_kernel(MapType type, Operation operation) {
  const auto version = since(type, operation);
  return version && *version > running_kernel();
}

/// ENOTSUPP, EOPNOTSUPP, EINVAL and ENOSPC can all mean that the type lacks the operation.
bool means_unsupported(const MapCall& call, int error) {
  const MapType type = call.map.type;
  if (!can(type, call.operation)) return error != EPERM;
  if (error == EINVAL && call.operation == Operation::mmap && lacks_flag(call)) return true;
  // The kernel does not know this command of bpf(2) yet.
  if (error == EINVAL && is_newer_than_kernel(type, call.operation)) return true;
  // A socket of the wrong state or family is refused with the same errno.
  const bool refuses_value =
      call.operation == Operation::update && error == EOPNOTSUPP && !object_of(type).empty();
  return says_unsupported(error) && !refuses_value;
}

/// Suggests the operations of a map without entries instead of those on entries.
std::vector<Remedy> in_place_of(const MapInfo& map, Operation operation) {
  const MapType type = map.type;
  if (operation == Operation::freeze || operation == Operation::mmap) return {};
  if (is_keyless(type))
    return {{"look at the next value", Remedy::peek_value, {reference_to(map)}},
            {"take it out", Remedy::pop_value, {reference_to(map)}}};
  const bool has_events = (type == MapType::ringbuf && operation != Operation::update) ||
                          (type == MapType::perf_event_array && operation == Operation::lookup);
  if (has_events) return {{"read its events", Remedy::read_events, {reference_to(map)}}};
  return {};
}

Explanation unsupported(const MapInfo& map, Operation operation) {
  return {.cause = Cause::unsupported,
          .reason = refusal(map.type, operation),
          .fix = in_place_of(map, operation)};
}

Explanation explain_unsupported(const MapCall& call) {
  const MapType type = call.map.type;
  if (call.operation == Operation::freeze && can(type, Operation::freeze) &&
      !is_newer_than_kernel(type, Operation::freeze))
    return {
        .cause = Cause::unsupported,
        .reason = "maps whose values hold a lock, a timer or a kernel pointer cannot be frozen"};
  if (call.operation == Operation::mmap && can(type, Operation::mmap) && lacks_flag(call))
    return {.cause = Cause::unsupported,
            .reason = "it was created without the flag mmapable",
            .fix = {"create it with that flag, which cannot be added later"}};
  return unsupported(call.map, call.operation);
}

Explanation explain_no_space(const MapCall& call) {
  if (reads(call.operation))  // sockmap, sockhash, reuseport_sockarray
    return {.cause = Cause::unsupported,
            .reason = fmt::format("{} with {}-byte values cannot be read",
                                  with_article(call.map.type), call.map.value_size),
            .fix = {"create it with 8-byte values to read the cookies of its sockets"}};
  return full(call.map);
}

Explanation explain_busy(const MapCall& call, int error) {
  Explanation explanation = explain(error);
  if (call.operation == Operation::freeze)
    explanation.reason = "it is mapped writable, or a write is under way";
  return explanation;
}

Explanation explain_call(const MapCall& call, int error) {
  const MapType type = call.map.type;
  if (means_unsupported(call, error)) return explain_unsupported(call);
  switch (error) {
    case EPERM:
      return explain_permission(call);
    case E2BIG:
      return is_indexed(type) ? out_of_range(call) : full(call.map);
    case ENOSPC:
      return explain_no_space(call);
    case EEXIST:
      return exists(type);
    case ENOENT:
      return {.cause = Cause::absent, .reason = "there is no such key"};
    case EINVAL:
      return explain_invalid(call);
    case EOVERFLOW:
      return {.cause = Cause::invalid,
              .reason = "the value is too large",
              .why = "the queue of a CPU holds at most 16384 packets"};
    case EBUSY:
      return explain_busy(call, error);
    default:
      return is_wrong_object(error) && !object_of(type).empty() ? explain_object(call, error)
                                                                : explain(error);
  }
}

}  // namespace

std::uint32_t index_of(ByteView key) {
  std::uint32_t index = 0;
  std::memcpy(&index, key.data(), sizeof index);
  return index;
}

Error map_error(const MapCall& call, int error) {
  const Error without_map = kernel_error(call.operation, error, attempt(call.map, call.operation),
                                         explain_call(call, error), call.map.type);
  Error::Details details = without_map.details();
  details.map = label(call.map);
  details.max_entries = call.map.max_entries;
  return Error(std::move(details));
}

Error refused(const MapInfo& map, Operation operation) {
  return kernel_error(operation, 0, attempt(map, operation), unsupported(map, operation), map.type);
}

}  // namespace mapctl
