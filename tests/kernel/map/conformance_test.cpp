// Compares the table of each type's operations with the running kernel: every type, every
// operation, and the sentence of every refusal.

#include <bpf/bpf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "map/error/kernel_error.hpp"
#include "map/map_error.hpp"
#include "map/type/map_flags.hpp"
#include "map/type/map_type_table.hpp"
#include "mapctl/text/flags_text.hpp"
#include "support/maps.hpp"
#include "support/objects.hpp"

namespace mapctl::test {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

bool is_here(MapType type) { return *since(type) <= running_kernel(); }

bool is_here(MapType type, Operation operation) {
  const auto version = since(type, operation);
  return version && *version <= running_kernel();
}

/// The text is for people: it has no names or numbers of errors.
auto is_sentence() {
  return AllOf(Not(HasSubstr("errno")), Not(HasSubstr("Unknown error")),
               Not(HasSubstr("error number")), Not(ContainsRegex("(^|[^A-Za-z])E[A-Z][A-Z]")));
}

/// A page is enough, but an arena is mapped as a whole.
std::size_t mappable_size(const Map& map) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return map.info().type == MapType::arena ? page * map.info().max_entries : page;
}

int try_mmap(const Map& map) {
  const std::size_t size = mappable_size(map);
  void* const data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, map.fd(), 0);
  if (data == MAP_FAILED) return -errno;
  return ::munmap(data, size);
}

void* pointer(Bytes& bytes) { return bytes.empty() ? nullptr : bytes.data(); }

/// The buffers to which a batch call or next_key writes keys and its position.
Bytes place_of(const Entry& entry) { return Bytes(entry.key.size() + sizeof(std::uint64_t)); }

/// Calls the kernel directly, because the library refuses some operations without a call.
struct Call {
  Operation operation;
  int (*run)(const Map& map, Entry& entry);
};

constexpr std::array calls{
    Call{Operation::lookup,
         [](const Map& map, Entry& entry) {
           return ::bpf_map_lookup_elem(map.fd(), pointer(entry.key), entry.value.data());
         }},
    Call{Operation::update,
         [](const Map& map, Entry& entry) {
           return ::bpf_map_update_elem(map.fd(), pointer(entry.key), entry.value.data(), BPF_ANY);
         }},
    Call{Operation::erase,
         [](const Map& map, Entry& entry) {
           return ::bpf_map_delete_elem(map.fd(), pointer(entry.key));
         }},
    Call{Operation::pop,
         [](const Map& map, Entry& entry) {
           return ::bpf_map_lookup_and_delete_elem(map.fd(), pointer(entry.key),
                                                   entry.value.data());
         }},
    Call{Operation::next_key,
         [](const Map& map, Entry& entry) {
           return ::bpf_map_get_next_key(map.fd(), nullptr, place_of(entry).data());
         }},
    Call{Operation::lookup_batch,
         [](const Map& map, Entry& entry) {
           __u32 count = 1;
           return ::bpf_map_lookup_batch(map.fd(), nullptr, place_of(entry).data(),
                                         pointer(entry.key), entry.value.data(), &count, nullptr);
         }},
    Call{Operation::pop_batch,
         [](const Map& map, Entry& entry) {
           __u32 count = 1;
           return ::bpf_map_lookup_and_delete_batch(map.fd(), nullptr, place_of(entry).data(),
                                                    pointer(entry.key), entry.value.data(), &count,
                                                    nullptr);
         }},
    Call{Operation::update_batch,
         [](const Map& map, Entry& entry) {
           __u32 count = 1;
           return ::bpf_map_update_batch(map.fd(), pointer(entry.key), entry.value.data(), &count,
                                         nullptr);
         }},
    Call{Operation::erase_batch,
         [](const Map& map, Entry& entry) {
           __u32 count = 1;
           return ::bpf_map_delete_batch(map.fd(), pointer(entry.key), &count, nullptr);
         }},
    Call{Operation::freeze, [](const Map& map, Entry&) { return ::bpf_map_freeze(map.fd()); }},
    Call{Operation::mmap, [](const Map& map, Entry&) { return try_mmap(map); }},
};

/// Returns 0 or a positive errno.
int error_from(Operation operation, const Map& map, Entry& entry) {
  return -calls[static_cast<std::size_t>(operation)].run(map, entry);
}

/// Only programs make these entries: stacks when a program asks for one, entries of a cgroup
/// storage when a program is attached.
bool has_entries_of_programs_alone(MapType type) {
  return type == MapType::stack_trace || type == MapType::cgroup_storage ||
         type == MapType::percpu_cgroup_storage;
}

/// The errors that the kernel may return for an operation that it supports: ENOENT only if no entry
/// could be put, and at the end of a batch.
bool is_done(MapType type, Operation operation, int error) {
  const bool reads_batch =
      operation == Operation::lookup_batch || operation == Operation::pop_batch;
  return error == 0 || (error == ENOENT && (reads_batch || has_entries_of_programs_alone(type)));
}

bool is_refused(int error) { return says_unsupported(error) || error == EINVAL; }

/// Operations on entries that are not tried, with the reason.
bool is_untried(MapType type, Operation operation) {
  // Without the BPF LSM a file has no storage, and some kernels look for it in memory that belongs
  // to others.
  static const bool without_lsm = !has_bpf_lsm();
  return type == MapType::inode_storage && without_lsm &&
         (operation == Operation::lookup || operation == Operation::update ||
          operation == Operation::erase);
}

Map make_mappable(MapType type) {
  const bool needs_flag = type == MapType::array;
  return make_map(type, 4, needs_flag ? parse_flags("mmapable") : 0);
}

/// Puts an entry, so that the test can read, pop and delete it.
void put_if_possible(const Map& map, Entry& entry) {
  const MapType type = map.info().type;
  if (!is_here(type, Operation::update) || is_untried(type, Operation::update)) return;
  EXPECT_TRUE(is_done(type, Operation::update, error_from(Operation::update, map, entry)));
}

/// Each operation has its own map, with an entry if the map can have one.
void expect_as_in_table(MapType type, Operation operation) {
  SCOPED_TRACE(type_name(type) + " " + std::string(operation_name(operation)));
  const Map map = operation == Operation::mmap ? make_mappable(type) : make_map(type);
  Entry entry = entry_for(map);
  if (operation != Operation::update) put_if_possible(map, entry);

  const int error = error_from(operation, map, entry);
  const bool done = is_done(type, operation, error);
  ASSERT_NE(done, is_refused(error)) << error;
  EXPECT_EQ(done, is_here(type, operation)) << error;
  if (done) return;
  const Error told = map_error({map.info(), map.fd(), operation, entry.key}, error);
  EXPECT_EQ(told.cause(), Cause::unsupported);
  EXPECT_THAT(told.what(), is_sentence());
  EXPECT_THAT(told.details().why, is_sentence());
  const auto version = since(type, operation);
  const std::string words =
      version ? "needs Linux " + version_text(*version) : refusal(type, operation);
  EXPECT_THAT(told.what(), HasSubstr(words));
}

/// The reason why the type cannot be created; other mistakes in the spec do not matter.
void expect_creation_refused(MapType type, const std::string& words) {
  const auto error = error_of([&] { make_map(type); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::unsupported);
  EXPECT_THAT(error->what(), AllOf(HasSubstr(words), is_sentence()));
  EXPECT_EQ(error->details().why, "");
}

class Conformance : public testing::TestWithParam<MapType> {};

TEST_P(Conformance, OfCreatingMaps) {
  const MapType type = GetParam();
  if (!can(type, Operation::create))
    return expect_creation_refused(type, refusal(type, Operation::create));
  if (!is_here(type))
    return expect_creation_refused(type, "needs Linux " + version_text(*since(type)) +
                                             ", this is " + version_text(running_kernel()));
  EXPECT_EQ(make_map(type).info().type, type);
}

TEST_P(Conformance, OfEveryOperation) {
  const MapType type = GetParam();
  // There is no map to test: struct_ops, and types that are newer than this kernel.
  if (!is_here(type, Operation::create)) return;
  for (const Operation operation : all_operations())
    if (!is_untried(type, operation)) expect_as_in_table(type, operation);
}

std::string outcome_with(MapType type, std::uint32_t flag) {
  try {
    make_map(type, 4, flag);
    return "made";
  } catch (const BadInput&) {
    return "refused";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST_P(Conformance, OfEveryFlag) {
  const MapType type = GetParam();
  if (!is_here(type, Operation::create)) return;
  const TypeRow& row = *find_row(type);
  for (std::uint32_t flag = map_flag::no_prealloc; flag <= map_flag::no_user_conv; flag <<= 1U) {
    SCOPED_TRACE(type_name(type) + " " + flag_names(flag).front());
    if (flag == map_flag::token_fd) continue;  // not a property of the map
    EXPECT_EQ(outcome_with(type, flag), (row.flags.takes & flag) != 0 ? "made" : "refused");
  }
}

std::string test_name(const testing::TestParamInfo<MapType>& type) { return type_name(type.param); }

INSTANTIATE_TEST_SUITE_P(Types, Conformance,
                         testing::ValuesIn(all_map_types().begin(), all_map_types().end()),
                         test_name);

TEST(ConformanceTable, HasACallForEachOperation) {
  ASSERT_EQ(calls.size(), all_operations().size());
  for (std::size_t i = 0; i < calls.size(); ++i) EXPECT_EQ(calls[i].operation, all_operations()[i]);
}

TEST(Support, OfMappingAnArrayNeedsAFlag) {
  const Map map = make_map(MapType::array);
  const Error refusal = map_error({map.info(), map.fd(), Operation::mmap}, -try_mmap(map));
  EXPECT_EQ(refusal.cause(), Cause::unsupported);
  EXPECT_STREQ(refusal.what(),
               "cannot map test_map into memory: it was created without the flag mmapable");
}

TEST(Support, OfATypeThatNobodyKnowsIsDeniedInWords) {
  const MapSpec spec{
      .type = static_cast<MapType>(4000), .key_size = 4, .value_size = 4, .max_entries = 1};
  EXPECT_THAT(message_of([&] { Map::create(spec); }),
              AllOf(HasSubstr("this kernel has no maps of type 4000"), is_sentence()));
}

TEST(Support, OfSocketsIsReadableOnlyWithRoomForCookies) {
  const Map map =
      Map::create({.type = MapType::sockmap, .key_size = 4, .value_size = 4, .max_entries = 1});
  EXPECT_EQ(cause_of([&] { static_cast<void>(map.get(Bytes(4))); }), Cause::unsupported);
}

}  // namespace
}  // namespace mapctl::test
