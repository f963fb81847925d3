#include "mapctl/map.hpp"

#include <unistd.h>

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/maps.hpp"

namespace mapctl {
namespace {

using test::as;
using test::cause_of;
using test::error_of;
using test::make_map;
using test::message_of;
using test::PrefixKey;
using testing::HasSubstr;
using testing::Optional;

constexpr std::uint64_t value = 42;

void put(Map& map, std::uint32_t key, std::uint64_t what = value) {
  map.put(bytes_of(key), bytes_of(what));
}

std::optional<std::uint64_t> get(const Map& map, std::uint32_t key) {
  return as<std::uint64_t>(map.get(bytes_of(key)));
}

TEST(Map, GivesBackWhatWasPut) {
  for (const MapType type : {MapType::hash, MapType::lru_hash, MapType::array}) {
    Map map = make_map(type);
    put(map, 3);
    EXPECT_THAT(get(map, 3), Optional(value)) << type_name(type);
  }
}

TEST(Map, AnswersAnAbsentKeyWithNothing) {
  Map map = make_map(MapType::hash);
  const std::uint32_t key = 7;
  EXPECT_EQ(get(map, 7), std::nullopt);
  EXPECT_FALSE(map.erase(bytes_of(key)));
  EXPECT_EQ(map.pop(bytes_of(key)), std::nullopt);
  EXPECT_EQ(map.next_key(), std::nullopt);
}

TEST(Map, ErasesOnce) {
  Map map = make_map(MapType::hash);
  const std::uint32_t key = 7;
  put(map, key);
  EXPECT_TRUE(map.erase(bytes_of(key)));
  EXPECT_FALSE(map.erase(bytes_of(key)));
}

TEST(Map, PopsOneKeyOfAHash) {
  Map map = make_map(MapType::hash);
  const std::uint32_t key = 7;
  put(map, key);
  EXPECT_THAT(as<std::uint64_t>(map.pop(bytes_of(key))), Optional(value));
  EXPECT_EQ(get(map, key), std::nullopt);
}

TEST(Map, QueuesAreFirstInFirstOutAndStacksLast) {
  for (const MapType type : {MapType::queue, MapType::stack}) {
    Map map = make_map(type);
    for (const std::uint64_t each : {1U, 2U, 3U}) map.put({}, bytes_of(each));
    const std::uint64_t next = type == MapType::queue ? 1 : 3;
    EXPECT_THAT(as<std::uint64_t>(map.get({})), Optional(next));
    EXPECT_THAT(as<std::uint64_t>(map.pop()), Optional(next));
    EXPECT_THAT(as<std::uint64_t>(map.pop()), Optional(2U));
  }
}

TEST(Map, AnEmptyQueueHasNothingToTake) {
  Map map = make_map(MapType::queue);
  EXPECT_EQ(map.pop(), std::nullopt);
  EXPECT_EQ(map.get({}), std::nullopt);
}

TEST(Map, ABloomFilterIsAskedForAValue) {
  Map map = make_map(MapType::bloom_filter);
  std::uint64_t asked = value;
  EXPECT_FALSE(map.get({}, writable_bytes_of(asked)));
  map.put({}, bytes_of(value));
  EXPECT_TRUE(map.get({}, writable_bytes_of(asked)));
  EXPECT_THROW(map.get({}), BadInput);
}

TEST(Map, RefusesBuffersOfTheWrongSize) {
  Map map = make_map(MapType::hash);
  const std::uint16_t small = 1;
  const std::uint32_t key = 1;
  EXPECT_EQ(message_of([&] { map.put(bytes_of(small), bytes_of(value)); }),
            "a key of 2 bytes does not fit test_map: it has keys of 4 bytes");
  EXPECT_EQ(message_of([&] { map.put(bytes_of(key), bytes_of(small)); }),
            "a value of 2 bytes does not fit test_map: it has values of 8 bytes");
  EXPECT_THROW(map.erase(bytes_of(small)), BadInput);
  EXPECT_THROW(map.get(bytes_of(small)), BadInput);
  EXPECT_THROW(map.next_key(bytes_of(small)), BadInput);
}

TEST(Map, SaysThatAHashIsFull) {
  Map map = make_map(MapType::hash, 2);
  put(map, 1);
  put(map, 2);
  const auto error = error_of([&] { put(map, 3); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::full);
  EXPECT_EQ(error->error_number(), E2BIG);
  EXPECT_STREQ(error->what(), "cannot put an entry into test_map: the map is full");
  EXPECT_EQ(error->details().why, "2 of 2 entries are used, and a BPF map cannot grow");
}

TEST(Map, SaysThatOthersAreFull) {
  Map queue = make_map(MapType::queue, 1);
  queue.put({}, bytes_of(value));
  EXPECT_EQ(cause_of([&] { queue.put({}, bytes_of(value)); }), Cause::full);

  Map trie = make_map(MapType::lpm_trie, 1);
  trie.put(bytes_of(PrefixKey{8, {10, 0, 0, 0}}), bytes_of(value));
  EXPECT_EQ(cause_of([&] {
              trie.put(bytes_of(PrefixKey{8, {11, 0, 0, 0}}), bytes_of(value));
            }),
            Cause::full);
}

TEST(Map, SaysThatAnIndexIsPastTheEnd) {
  Map map = make_map(MapType::array, 4);
  const auto error = error_of([&] { put(map, 4); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::out_of_range);
  EXPECT_STREQ(error->what(), "cannot put an entry into test_map: index 4 is past the end");
  EXPECT_EQ(error->details().why, "it has 4 entries, 0 to 3");
  EXPECT_EQ(get(map, 4), std::nullopt);
}

TEST(Map, CreatesOnlyWhatIsNotThere) {
  Map map = make_map(MapType::hash);
  const std::uint32_t key = 1;
  map.put(bytes_of(key), bytes_of(value), Update::create);
  EXPECT_EQ(cause_of([&] { map.put(bytes_of(key), bytes_of(value), Update::create); }),
            Cause::exists);
}

TEST(Map, ReplacesOnlyWhatIsThere) {
  Map map = make_map(MapType::hash);
  const std::uint32_t key = 1;
  EXPECT_EQ(cause_of([&] { map.put(bytes_of(key), bytes_of(value), Update::replace); }),
            Cause::absent);
  put(map, key);
  EXPECT_NO_THROW(map.put(bytes_of(key), bytes_of(value), Update::replace));
}

TEST(Map, RefusesALockThatTheValueDoesNotHold) {
  Map map = make_map(MapType::hash);
  const std::uint32_t key = 1;
  const auto error =
      error_of([&] { map.put(bytes_of(key), bytes_of(value), Update::any, Locking::spin_lock); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::invalid);
  EXPECT_EQ(error->details().reason, "its values hold no bpf_spin_lock");
}

TEST(Map, RefusesAPrefixThatIsTooLong) {
  Map map = make_map(MapType::lpm_trie);
  const auto error = error_of([&] {
    map.put(bytes_of(PrefixKey{33, {10, 0, 0, 0}}), bytes_of(value));
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->details().reason, "the prefix is too long");
  EXPECT_EQ(error->details().why, "its prefixes have 0 to 32 bits");
}

TEST(Map, SaysWhatToDoInsteadOfDeletingInAnArray) {
  Map map = make_map(MapType::array);
  const std::uint32_t key = 1;
  const auto error = error_of([&] { map.erase(bytes_of(key)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::unsupported);
  EXPECT_STREQ(error->what(),
               "cannot delete an entry of test_map: array entries cannot be deleted; put 0 "
               "instead");
}

TEST(Map, SaysWhatToDoInsteadOfListingAQueue) {
  const Map map = make_map(MapType::queue);
  EXPECT_EQ(message_of([&] { map.next_key(); }),
            "cannot list the entries of test_map: queues cannot be listed; peek or pop one value "
            "at a time");
}

TEST(Map, AFrozenOneCanBeReadButNotWritten) {
  Map map = make_map(MapType::hash);
  put(map, 1);
  map.freeze();
  EXPECT_TRUE(map.usage().frozen);
  EXPECT_THAT(get(map, 1), Optional(value));
  const auto error = error_of([&] { put(map, 1); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::frozen);
  EXPECT_EQ(error->error_number(), EPERM);
  EXPECT_EQ(error->details().reason, "the map is frozen");
}

TEST(Map, FreezesTwiceWithoutComplaint) {
  Map map = make_map(MapType::array);
  EXPECT_FALSE(map.usage().frozen);
  map.freeze();
  EXPECT_NO_THROW(map.freeze());
}

TEST(Map, IsCalledAsItWasOpened) {
  const Map made = make_map(MapType::hash);
  EXPECT_EQ(made.label(), "test_map");
  EXPECT_EQ(Map::open(made.info().id).label(), "id:" + std::to_string(made.info().id));
  made.pin("/sys/fs/bpf/elsewhere");
  Map pinned = Map::open("/sys/fs/bpf/elsewhere");
  EXPECT_EQ(pinned.label(), "/sys/fs/bpf/elsewhere");
  pinned.set_reference("mine");
  EXPECT_EQ(pinned.clone().label(), "mine");
}

TEST(Map, ReadOnlyDescriptorsReadOnly) {
  Map map = make_map(MapType::hash);
  put(map, 1);
  Map read_only = Map::open(map.info().id, Access::read_only);
  EXPECT_THAT(get(read_only, 1), Optional(value));
  EXPECT_EQ(message_of([&] { put(read_only, 1); }),
            "cannot put an entry into " + read_only.label() + ": the map is open for reading only");
  EXPECT_EQ(cause_of([&] { read_only.freeze(); }), Cause::permission);
}

TEST(Map, WriteOnlyDescriptorsWriteOnly) {
  const Map map = make_map(MapType::hash);
  Map write_only = Map::open(map.info().id, Access::write_only);
  put(write_only, 1);
  EXPECT_EQ(
      message_of([&] { get(write_only, 1); }),
      "cannot look up an entry of " + write_only.label() + ": the map is open for writing only");
}

TEST(Map, SaysThatThereIsNoMapOfAnId) {
  EXPECT_EQ(message_of([] { Map::open(0xffff'fff0U); }),
            "cannot open map id 4294967280: there is no map of that id");
}

TEST(Map, TakesOverOnlyDescriptorsOfMaps) {
  EXPECT_EQ(message_of([] { Map::adopt(test::load_program()); }),
            "cannot use the descriptor as a map: it is a program, not a map");
  EXPECT_EQ(cause_of([] { Map::adopt(Fd(::dup(0))); }), Cause::not_a_map);
}

TEST(Map, PerCpuValuesHaveARoundedSlotForEachCpu) {
  Map map =
      Map::create({.type = MapType::percpu_hash, .key_size = 4, .value_size = 3, .max_entries = 4});
  const std::uint32_t key = 1;
  Bytes values(8 * possible_cpus().size());
  EXPECT_EQ(map.value_bytes(), values.size());
  for (std::size_t cpu = 0; cpu < possible_cpus().size(); ++cpu)
    values[cpu * 8] = static_cast<std::byte>(cpu + 1);
  map.put(bytes_of(key), values);
  EXPECT_THAT(map.get(bytes_of(key)), Optional(values));
}

TEST(Map, MapsOfMapsTakeADescriptorAndGiveAnId) {
  Map outer = make_map(MapType::hash_of_maps);
  const Map inner = make_map(MapType::array);
  const std::uint32_t key = 1;
  const std::uint32_t fd = static_cast<std::uint32_t>(inner.fd());
  outer.put(bytes_of(key), bytes_of(fd));
  EXPECT_THAT(as<std::uint32_t>(outer.get(bytes_of(key))), Optional(inner.info().id));
}

TEST(Map, MapsOfMapsRefuseAnotherShape) {
  Map outer = make_map(MapType::array_of_maps);
  const Map other = make_map(MapType::hash);
  const std::uint32_t key = 1;
  const std::uint32_t fd = static_cast<std::uint32_t>(other.fd());
  const auto error = error_of([&] { outer.put(bytes_of(key), bytes_of(fd)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::invalid);
  EXPECT_THAT(error->details().reason, HasSubstr("a map like the inner map"));
}

TEST(Map, AnEmptySlotHasNothingToErase) {
  for (const MapType type : {MapType::sockmap, MapType::prog_array, MapType::array_of_maps}) {
    Map map = make_map(type);
    const std::uint32_t empty = 1;
    const std::uint32_t past_the_end = 4;
    EXPECT_FALSE(map.erase(bytes_of(empty))) << type_name(type);
    EXPECT_FALSE(map.erase(bytes_of(past_the_end))) << type_name(type);
  }
}

TEST(Map, ASockmapWithSmallValuesCannotBeRead) {
  const Map map = Map::create({.type = MapType::sockmap,
                               .name = "socks",
                               .key_size = 4,
                               .value_size = 4,
                               .max_entries = 4});
  const std::uint32_t key = 1;
  EXPECT_EQ(message_of([&] { map.get(bytes_of(key)); }),
            "cannot look up an entry of socks: a sockmap with 4-byte values cannot be read");
}

}  // namespace
}  // namespace mapctl
