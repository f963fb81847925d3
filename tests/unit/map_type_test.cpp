#include "mapctl/map_type.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/error.hpp"

namespace mapctl {
namespace {

TEST(MapTypes, HaveAllTheirNamesAndReadThemBack) {
  EXPECT_EQ(all_map_types().size(), 33U);
  for (const MapType type : all_map_types()) EXPECT_EQ(parse_map_type(type_name(type)), type);
}

TEST(MapTypes, NameATypeNewerThanTheTableByItsNumber) {
  EXPECT_EQ(type_name(static_cast<MapType>(34)), "type 34");
  EXPECT_EQ(parse_map_type("type 34"), std::nullopt);
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

TEST(MapTypes, CanAllBePinned) {
  for (const MapType type : all_map_types()) EXPECT_TRUE(can(type, Operation::pin));
}

TEST(Refusal, SaysWhatToDoInstead) {
  EXPECT_EQ(refusal(MapType::queue, Operation::next_key),
            "queues cannot be listed; use peek or pop");
  EXPECT_EQ(refusal(MapType::stack, Operation::next_key),
            "stacks cannot be listed; use peek or pop");
  EXPECT_EQ(refusal(MapType::array, Operation::erase),
            "array entries cannot be deleted; put 0 instead");
  EXPECT_EQ(refusal(MapType::ringbuf, Operation::next_key),
            "ring buffers cannot be listed; a consumer reads them through mmap");
  EXPECT_EQ(refusal(MapType::bloom_filter, Operation::next_key),
            "bloom filters cannot be listed; ask for one value at a time");
}

TEST(Refusal, PointsFromAMissingBatchCallToSingleOnes) {
  EXPECT_EQ(refusal(MapType::devmap, Operation::update_batch),
            "devmaps cannot be written in batches; use one call for each entry");
}

TEST(Refusal, BlamesTheKernelWhereTheTypeCouldDoIt) {
  EXPECT_EQ(refusal(MapType::hash, Operation::pop),
            "hash entries cannot be taken out on this kernel; a newer one can");
}

TEST(Refusal, IsASentenceForEveryTypeAndOperation) {
  for (const MapType type : all_map_types())
    for (int i = 0; i <= static_cast<int>(Operation::mmap); ++i)
      EXPECT_THAT(refusal(type, static_cast<Operation>(i)), testing::HasSubstr(" cannot be "));
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
    EXPECT_THAT(error.fix()[0], testing::HasSubstr("no_prealloc"));
  }
}

TEST(MapFlags, AreAddedWhereATypeNeedsThem) {
  EXPECT_THAT(flag_names(required_flags(MapType::lpm_trie)), testing::ElementsAre("no_prealloc"));
  EXPECT_THAT(flag_names(required_flags(MapType::arena)), testing::ElementsAre("mmapable"));
  EXPECT_EQ(required_flags(MapType::hash), 0U);
}

}  // namespace
}  // namespace mapctl
