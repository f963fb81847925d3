#include "mapctl/map_type.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/error.hpp"
#include "mapctl/text/flags_text.hpp"

namespace mapctl::test {
namespace {

TEST(MapTypes, HaveAllTheirNamesAndReadThemBack) {
  EXPECT_EQ(all_map_types().size(), 33U);
  for (const MapType type : all_map_types()) EXPECT_EQ(parse_map_type(type_name(type)), type);
}

TEST(MapTypes, NameATypeNewerThanTheTableByItsNumber) {
  EXPECT_EQ(type_name(static_cast<MapType>(34)), "type 34");
  EXPECT_EQ(parse_map_type("type 34"), static_cast<MapType>(34));
  EXPECT_EQ(parse_map_type("34"), static_cast<MapType>(34));
  EXPECT_EQ(parse_map_type("1"), MapType::hash);
}

TEST(MapTypes, HaveNoOtherNames) {
  for (const char* text : {"", "0", "type", "type ", "type x", "34x", "-1", "4294967296", "Hash"})
    EXPECT_EQ(parse_map_type(text), std::nullopt) << text;
}

TEST(MapTypes, LeaveATypeNewerThanTheTableToTheKernel) {
  EXPECT_TRUE(can(static_cast<MapType>(34), Operation::pop));
}

TEST(MapTypes, KnowWhatTheyCannotDo) {
  EXPECT_TRUE(can(MapType::hash, Operation::pop_batch));
  EXPECT_FALSE(can(MapType::array, Operation::erase));
  EXPECT_FALSE(can(MapType::lpm_trie, Operation::pop));
  EXPECT_FALSE(can(MapType::queue, Operation::next_key));
  EXPECT_FALSE(can(MapType::hash_of_maps, Operation::pop));
  EXPECT_FALSE(can(MapType::ringbuf, Operation::lookup));
}

TEST(MapTypes, KnowSinceWhichLinuxTheyAre) {
  EXPECT_EQ(since(MapType::hash), (KernelVersion{3, 19}));
  EXPECT_EQ(since(MapType::arena), (KernelVersion{6, 9}));
  EXPECT_EQ(since(static_cast<MapType>(34)), std::nullopt);
}

TEST(MapTypes, KnowSinceWhichLinuxTheyDoSomething) {
  EXPECT_EQ(since(MapType::hash, Operation::lookup), (KernelVersion{3, 19}));
  EXPECT_EQ(since(MapType::hash, Operation::pop), (KernelVersion{5, 14}));
  EXPECT_EQ(since(MapType::hash, Operation::lookup_batch), (KernelVersion{5, 6}));
  EXPECT_EQ(since(MapType::percpu_array, Operation::lookup_batch), (KernelVersion{5, 13}));
  EXPECT_EQ(since(MapType::hash_of_maps, Operation::pop_batch), (KernelVersion{5, 19}));
  EXPECT_EQ(since(MapType::queue, Operation::freeze), (KernelVersion{5, 2}));
  EXPECT_EQ(since(MapType::ringbuf, Operation::mmap), (KernelVersion{5, 8}));
  EXPECT_EQ(since(MapType::array, Operation::erase), std::nullopt);
}

TEST(MapTypes, ListWhatCanBeDoneOnAKernel) {
  using enum Operation;
  using testing::ElementsAre;
  const std::uint32_t mmapable = parse_flags("mmapable");
  EXPECT_THAT(possible_operations(MapType::array, 0, {6, 1}),
              ElementsAre(lookup, update, next_key, lookup_batch, update_batch, freeze));
  EXPECT_THAT(possible_operations(MapType::array, mmapable, {5, 5}),
              ElementsAre(lookup, update, next_key, freeze, mmap));
  EXPECT_THAT(possible_operations(static_cast<MapType>(34), 0, {6, 1}), testing::IsEmpty());
}

TEST(MapTypes, SayWhatTheirKeysAndValuesAre) {
  EXPECT_EQ(key_content(MapType::lpm_trie), KeyContent::prefix);
  EXPECT_EQ(key_content(MapType::queue), KeyContent::none);
  EXPECT_EQ(key_content(static_cast<MapType>(34)), KeyContent::bytes);
  EXPECT_EQ(value_content(MapType::devmap_hash), ValueContent::interface);
  EXPECT_EQ(value_content(MapType::ringbuf), ValueContent::none);
  EXPECT_EQ(value_content(static_cast<MapType>(34)), ValueContent::bytes);
}

TEST(MapTypes, HoldObjectsWhereAnUpdateTakesThemAsValues) {
  for (const MapType type : {MapType::prog_array, MapType::cpumap, MapType::xskmap})
    EXPECT_TRUE(holds_objects(type));
  for (const MapType type : {MapType::hash, MapType::task_storage, MapType::struct_ops})
    EXPECT_FALSE(holds_objects(type));
}

TEST(MapTypes, WithoutKeysAreQueuesIfTheirValuesCanBePopped) {
  EXPECT_TRUE(is_keyless(MapType::stack));
  for (const MapType type : {MapType::bloom_filter, MapType::ringbuf, MapType::arena})
    EXPECT_FALSE(is_keyless(type));
}

TEST(MapTypes, CanAllBePinned) {
  for (const MapType type : all_map_types()) EXPECT_TRUE(can(type, Operation::pin));
}

TEST(Refusal, SaysWhatToDoInstead) {
  EXPECT_EQ(refusal(MapType::queue, Operation::next_key),
            "queues cannot be listed; peek or pop one value at a time");
  EXPECT_EQ(refusal(MapType::stack, Operation::next_key),
            "stacks cannot be listed; peek or pop one value at a time");
  EXPECT_EQ(refusal(MapType::array, Operation::erase),
            "array entries cannot be deleted; put 0 instead");
  EXPECT_EQ(refusal(MapType::ringbuf, Operation::next_key),
            "ring buffers cannot be listed; their records are read as events");
  EXPECT_EQ(refusal(MapType::bloom_filter, Operation::next_key),
            "bloom filters cannot be listed; ask for one value at a time");
}

TEST(Refusal, LeadsToTheEventsOfPerfEventArrays) {
  EXPECT_EQ(refusal(MapType::perf_event_array, Operation::lookup),
            "perf event arrays cannot be read; their records are read as events");
}

TEST(Refusal, NamesKeysOfStoragesAsTheyAreGiven) {
  EXPECT_EQ(refusal(MapType::task_storage, Operation::next_key),
            "task storages cannot be listed; get the entry of one task");
  EXPECT_EQ(refusal(MapType::sk_storage, Operation::next_key),
            "socket storages cannot be listed; only a program that has a socket open can get its "
            "entry");
}

TEST(Refusal, PointsFromAMissingBatchCallToSingleOnes) {
  EXPECT_EQ(refusal(MapType::devmap, Operation::update_batch),
            "devmaps cannot be written in batches; use one call for each entry");
}

TEST(Refusal, NamesTheLinuxThatCan) {
  EXPECT_EQ(refusal(MapType::hash, Operation::pop, {5, 10}),
            "hash entries cannot be taken out: that needs Linux 5.14, this is 5.10; look them up "
            "and delete them");
  EXPECT_EQ(refusal(MapType::stack_trace, Operation::pop, {6, 1}),
            "stack traces cannot be taken out: that needs Linux 6.18, this is 6.1; look them up "
            "and delete them");
  EXPECT_EQ(refusal(MapType::lpm_trie, Operation::update_batch, {5, 4}),
            "LPM tries cannot be written in batches: that needs Linux 5.13, this is 5.4; use one "
            "call for each entry");
}

TEST(Refusal, BlamesAKernelThatIsNewEnough) {
  EXPECT_EQ(refusal(MapType::xskmap, Operation::update, {6, 1}),
            "XSK maps cannot be written on this kernel; Linux can since 4.18");
}

TEST(Refusal, OfMakingAMapThatOnlyLoadersMake) {
  EXPECT_FALSE(can(MapType::struct_ops, Operation::create));
  EXPECT_THAT(refusal(MapType::struct_ops, Operation::create),
              testing::StartsWith("struct_ops maps cannot be created; "));
}

TEST(Refusal, IsASentenceForEveryTypeAndOperation) {
  for (const MapType type : all_map_types())
    for (const Operation operation : all_operations())
      EXPECT_THAT(refusal(type, operation), testing::HasSubstr(" cannot be "));
}

TEST(MapFlags, ReadBackWhatTheyPrint) {
  EXPECT_THAT(flag_names(0x401), testing::ElementsAre("no_prealloc", "mmapable"));
  EXPECT_EQ(parse_flags("no_prealloc,mmapable"), 0x401U);
  EXPECT_THAT(flag_names(0), testing::IsEmpty());
  EXPECT_EQ(parse_flags(""), 0U);
}

TEST(MapFlags, KeepBitsWithoutAName) {
  EXPECT_THAT(flag_names(0x80000001), testing::ElementsAre("no_prealloc", "0x80000000"));
  EXPECT_EQ(parse_flags("no_prealloc,0x80000000"), 0x80000001U);
}

TEST(MapFlags, TakeANumber) {
  EXPECT_EQ(parse_flags("1024"), 1024U);
  EXPECT_THROW(parse_flags("4294967296"), BadInput);
}

TEST(MapFlags, NameTheKnownOnesWhenOneIsUnknown) {
  try {
    parse_flags("no_prealloc,noprealloc");
    FAIL() << "was taken";
  } catch (const BadInput& error) {
    EXPECT_STREQ(error.what(), "there is no map flag 'noprealloc'");
    ASSERT_EQ(error.fix().size(), 1U);
    EXPECT_THAT(error.fix()[0].text, testing::HasSubstr("no_prealloc"));
  }
}

TEST(MapFlags, AreAddedWhereATypeNeedsThem) {
  EXPECT_THAT(flag_names(required_flags(MapType::lpm_trie)), testing::ElementsAre("no_prealloc"));
  EXPECT_THAT(flag_names(required_flags(MapType::arena)), testing::ElementsAre("mmapable"));
  EXPECT_EQ(required_flags(MapType::hash), 0U);
}

TEST(MapFlags, AreSetByTheKernelForDevmapsAlone) {
  EXPECT_THAT(flag_names(automatic_flags(MapType::devmap)), testing::ElementsAre("rdonly_prog"));
  EXPECT_EQ(automatic_flags(MapType::cpumap), 0U);
}

}  // namespace
}  // namespace mapctl::test
