#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/text/flags_text.hpp"
#include "mapctl/text/schema.hpp"
#include "mapctl/text/type_text.hpp"
#include "mapctl/text/typed_map.hpp"
#include "support/maps.hpp"

namespace mapctl {
namespace {

using test::cause_of;
using test::make_map;
using test::message_of;
using testing::HasSubstr;

std::string refusal_of(const MapSpec& spec, std::optional<TypePair> types = {}) {
  try {
    create_map(spec, std::move(types));
  } catch (const BadInput& error) {
    return error.what();
  }
  return "no BadInput was thrown";
}

TEST(Create, MakesWhatWasAskedFor) {
  const Map map = Map::create({.type = MapType::hash,
                               .name = "rules",
                               .key_size = 6,
                               .value_size = 3,
                               .max_entries = 100,
                               .flags = parse_flags("no_prealloc")});
  EXPECT_EQ(map.info().type, MapType::hash);
  EXPECT_EQ(map.info().name, "rules");
  EXPECT_EQ(map.info().key_size, 6U);
  EXPECT_EQ(map.info().value_size, 3U);
  EXPECT_EQ(map.info().max_entries, 100U);
  EXPECT_EQ(map.info().flags, parse_flags("no_prealloc"));
  EXPECT_GT(map.info().id, 0U);
  EXPECT_EQ(map.value_bytes(), 3U);
}

TEST(Create, LabelsANamelessMapByItsId) {
  const Map map =
      Map::create({.type = MapType::array, .key_size = 4, .value_size = 4, .max_entries = 1});
  EXPECT_EQ(map.label(), "map " + std::to_string(map.info().id));
}

TEST(Create, AddsTheFlagsThatATypeNeeds) {
  EXPECT_THAT(flag_names(make_map(MapType::lpm_trie).info().flags),
              testing::ElementsAre("no_prealloc"));
}

TEST(Create, TakesSizesFromTypes) {
  const TypePair types{.key = {.kind = Kind::integer, .size = 4},
                       .value = {.kind = Kind::integer, .size = 8}};
  const Map map = create_map({.type = MapType::hash, .max_entries = 4}, types).map;
  EXPECT_EQ(map.info().key_size, 4U);
  EXPECT_EQ(map.info().value_size, 8U);
}

/// The reason why a map of these types is created without them; empty if it has them.
std::string untyped_because(MapType type, std::string_view key, std::string_view value) {
  const CreatedMap created =
      create_map({.type = type, .max_entries = 4}, TypePair{parse_type(key), parse_type(value)});
  EXPECT_EQ(created.map.info().btf_id == 0, !created.untyped_because.empty());
  return created.untyped_because;
}

TEST(Create, MakesAMapThatCannotHaveItsTypesWithoutAndSaysWhy) {
  EXPECT_EQ(untyped_because(MapType::hash, "u32", "u32"), "");
  EXPECT_EQ(untyped_because(MapType::devmap, "u32", "u32"),
            "the kernel keeps no types for a devmap");
  EXPECT_THAT(untyped_because(MapType::lpm_trie, "u64", "u32"), HasSubstr("its key is a struct"));
  EXPECT_THAT(untyped_because(MapType::array, "enum{a=1}", "u32"), HasSubstr("its key is a u32"));
  EXPECT_THAT(untyped_because(MapType::hash, "u32", "{a:enum64{b=1}:40}"),
              HasSubstr("the kernel refuses their BTF: a type_id="));
}

TEST(Create, RefusesTypesThatBtfCannotHold) {
  const Layout action{.kind = Kind::enumeration,
                      .size = 4,
                      .enumerators = {{"BIG", "big", std::uint64_t{1} << 40}}};
  EXPECT_THAT(
      refusal_of({.type = MapType::hash, .max_entries = 4}, TypePair{parse_type("u32"), action}),
      HasSubstr("cannot be written as BTF"));
}

TEST(Create, RefusesANameThatTheKernelWouldCut) {
  EXPECT_EQ(refusal_of({.type = MapType::hash, .name = "sixteen_letters_"}),
            "the map name 'sixteen_letters_' has 16 characters: the kernel keeps 15");
  EXPECT_EQ(refusal_of({.type = MapType::hash, .name = "a-b"}),
            "'a-b' is not a map name: only letters, digits, _ and . are allowed");
}

TEST(Create, SaysWhichSizeIsWrong) {
  EXPECT_EQ(
      refusal_of(
          {.type = MapType::array, .name = "a", .key_size = 8, .value_size = 4, .max_entries = 1}),
      "cannot create map a: the key of an array must be 4 bytes, an index; 8 were given");
  EXPECT_THAT(
      refusal_of({.type = MapType::lpm_trie, .key_size = 4, .value_size = 4, .max_entries = 1}),
      HasSubstr("the key of an lpm_trie must be 5 to 260 bytes"));
  EXPECT_THAT(refusal_of({.type = MapType::hash, .key_size = 4, .value_size = 4, .max_entries = 0}),
              HasSubstr("max_entries must not be 0"));
  EXPECT_THAT(
      refusal_of({.type = MapType::queue, .key_size = 4, .value_size = 4, .max_entries = 1}),
      HasSubstr("a queue has no keys"));
  EXPECT_THAT(refusal_of({.type = MapType::ringbuf, .max_entries = 5000}),
              HasSubstr("a power of two of at least a page"));
  EXPECT_THAT(
      refusal_of({.type = MapType::hash_of_maps, .key_size = 4, .value_size = 4, .max_entries = 1}),
      HasSubstr("needs an inner map"));
}

TEST(Create, WantsAnIndexForAKeyWhereItIsOne) {
  const auto with_key = [](MapType type, std::string_view key) {
    return refusal_of({.type = type, .value_size = 4, .max_entries = 4},
                      TypePair{parse_type(key), parse_type("u32")});
  };
  EXPECT_EQ(with_key(MapType::array, "ipv4"),
            "cannot create an array: the keys of an array are indices, not ipv4");
  EXPECT_THAT(with_key(MapType::cpumap, "be32"), HasSubstr("are indices, not be32"));
  EXPECT_EQ(with_key(MapType::array, "s32"), "no BadInput was thrown");
}

TEST(Create, SaysWhyTheTypesOfAStorageAreRefused) {
  EXPECT_THAT(
      refusal_of({.type = MapType::task_storage}, TypePair{{}, parse_type("{a:enum64{b=1}:40}")}),
      HasSubstr("refuses the BTF of these: a type_id="));
}

std::vector<std::string> differences_of_inner(const MapSpec& inner) {
  const Map model = make_map(MapType::array);
  MapSpec spec{.type = MapType::array_of_maps, .max_entries = 4, .inner_map = model.fd()};
  Map outer = Map::create(spec);
  EXPECT_THAT(differences(outer, spec), testing::IsEmpty());
  const std::uint32_t index = 2;
  const int value = model.fd();
  outer.put(bytes_of(index), bytes_of(value));
  EXPECT_THAT(differences(outer, spec), testing::IsEmpty());
  const Map other = Map::create(inner);
  spec.inner_map = other.fd();
  return differences(outer, spec);
}

TEST(Differences, AreFoundInTheInnerMaps) {
  using testing::ElementsAre;
  EXPECT_THAT(differences_of_inner(
                  {.type = MapType::hash, .key_size = 4, .value_size = 8, .max_entries = 4}),
              ElementsAre("type of the inner maps is array, not hash"));
  EXPECT_THAT(differences_of_inner({.type = MapType::array, .value_size = 8, .max_entries = 5}),
              ElementsAre("max_entries of the inner maps is 4, not 5"));
}

TEST(Create, FillsInWhatTheTypeFixes) {
  std::optional types = TypePair{.key = {}, .value = parse_type("u64")};
  EXPECT_EQ(complete({.type = MapType::array}, types).value_size, 8U);
  EXPECT_EQ(types->key.size, 4U);
  std::optional<TypePair> of_storage;
  EXPECT_EQ(complete({.type = MapType::task_storage, .value_size = 8}, of_storage).key_size, 4U);
  EXPECT_TRUE(of_storage);
  EXPECT_EQ(complete({.type = MapType::cgroup_array}).value_size, 4U);
  EXPECT_EQ(complete({.type = MapType::queue}).key_size, 0U);
  EXPECT_EQ(complete({.type = MapType::perf_event_array}).max_entries, possible_cpus().size());
  EXPECT_EQ(complete({.type = MapType::hash, .key_size = 8}).key_size, 8U);
}

TEST(Create, GivesAStorageTheTypesThatTheKernelWants) {
  const Map map = create_map({.type = MapType::task_storage, .value_size = 12}, std::nullopt).map;
  EXPECT_EQ(schema_of(map).key.kind, Kind::integer);
  EXPECT_EQ(schema_of(map).value.size, 12U);
}

TEST(Create, NamesTheSizesThatARingCanHave) {
  const auto fix = [](std::uint32_t size) {
    try {
      Map::create({.type = MapType::ringbuf, .max_entries = size});
    } catch (const BadInput& error) {
      return error.fix().empty() ? std::string{} : error.fix().front().text;
    }
    return std::string{"it was made"};
  };
  EXPECT_EQ(fix(100), "use 4096");
  EXPECT_EQ(fix(5000), "use 4096 or 8192");
  EXPECT_EQ(fix(UINT32_MAX), "use 2147483648");
}

TEST(Create, SaysWhichValueIsWrong) {
  const auto with = [](MapType type, std::uint32_t size) {
    return refusal_of({.type = type, .key_size = 4, .value_size = size, .max_entries = 4});
  };
  EXPECT_THAT(with(MapType::devmap, 2), HasSubstr("the value of a devmap must be 4 or 8 bytes"));
  EXPECT_THAT(with(MapType::prog_array, 8), HasSubstr("must be 4 bytes; 8 were given"));
  EXPECT_THAT(with(MapType::stack_trace, 12), HasSubstr("8 bytes for each of its frames"));
  EXPECT_THAT(with(MapType::stack_trace, 1U << 20), HasSubstr("more than the kernel follows"));
}

TEST(Create, SaysWhatNodeOrExtraIsWrong) {
  MapSpec spec{.type = MapType::hash, .key_size = 4, .value_size = 4, .max_entries = 4};
  spec.numa_node = 1000;
  EXPECT_THAT(refusal_of(spec), HasSubstr("there is no NUMA node 1000"));
  spec.type = MapType::percpu_hash;
  spec.numa_node = 0;
  EXPECT_THAT(refusal_of(spec), HasSubstr("cannot be put on a NUMA node"));
  spec.numa_node.reset();
  spec.map_extra = 1;
  EXPECT_THAT(refusal_of(spec), HasSubstr("only a bloom_filter or an arena"));
}

TEST(Create, LeavesStructOpsToTheirLoader) {
  const MapSpec spec{.type = MapType::struct_ops};
  EXPECT_EQ(cause_of([&] { Map::create(spec); }), Cause::unsupported);
  EXPECT_THAT(message_of([&] { Map::create(spec); }),
              HasSubstr("load the object file that defines them"));
}

TEST(Create, SaysWhichFlagIsWrong) {
  const auto with = [](MapType type, std::string_view flags) {
    return refusal_of({.type = type,
                       .key_size = 4,
                       .value_size = 4,
                       .max_entries = 4,
                       .flags = parse_flags(flags)});
  };
  EXPECT_THAT(with(MapType::hash, "mmapable"), HasSubstr("a hash cannot be mmapable"));
  EXPECT_THAT(with(MapType::hash, "no_common_lru"), HasSubstr("a hash cannot be no_common_lru"));
  EXPECT_THAT(with(MapType::array, "no_prealloc"), HasSubstr("cannot be no_prealloc"));
  EXPECT_THAT(with(MapType::array, "rdonly,wronly"), HasSubstr("exclude each other"));
}

TEST(Create, SaysWhichPlaceOrInnerMapIsWrong) {
  MapSpec spec{.type = MapType::lru_hash,
               .key_size = 4,
               .value_size = 4,
               .max_entries = 4,
               .flags = parse_flags("no_prealloc")};
  EXPECT_THAT(refusal_of(spec), HasSubstr("an lru_hash cannot be no_prealloc"));
  spec.flags = parse_flags("no_common_lru");
  spec.numa_node = 0;
  EXPECT_THAT(refusal_of(spec), HasSubstr("cannot be put on one NUMA node"));
  EXPECT_THAT(refusal_of({.type = MapType::task_storage, .value_size = 8, .numa_node = 0}),
              HasSubstr("a task_storage cannot be put on a NUMA node"));
  const Map inner = make_map(MapType::array_of_maps);
  EXPECT_THAT(refusal_of({.type = MapType::hash_of_maps,
                          .key_size = 4,
                          .max_entries = 4,
                          .inner_map = inner.fd()}),
              HasSubstr("the inner map is an array_of_maps, which cannot be in another map"));
}

TEST(Create, NamesATypeAsItIsSpoken) {
  EXPECT_THAT(refusal_of({.type = MapType::sk_storage, .value_size = 8, .max_entries = 4}),
              HasSubstr("an sk_storage grows by itself"));
  EXPECT_THAT(refusal_of({.type = MapType::stack, .value_size = 8}), HasSubstr("a stack needs"));
}

TEST(Create, SaysThatATypeIsUnknown) {
  const MapSpec spec{
      .type = static_cast<MapType>(200), .key_size = 4, .value_size = 4, .max_entries = 1};
  EXPECT_EQ(cause_of([&] { Map::create(spec); }), Cause::invalid);
  EXPECT_THAT(message_of([&] { Map::create(spec); }), HasSubstr("cannot create a type 200"));
}

TEST(Create, SaysThatAMapIsTooBig) {
  const MapSpec spec{
      .type = MapType::percpu_array, .key_size = 4, .value_size = 1U << 20, .max_entries = 1};
  EXPECT_THAT(message_of([&] { Map::create(spec); }), HasSubstr("it would be too big"));
}

}  // namespace
}  // namespace mapctl
