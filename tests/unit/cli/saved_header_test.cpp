#include "cli/input/saved_header.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/error.hpp"
#include "mapctl/info.hpp"
#include "mapctl/text/flags_text.hpp"
#include "mapctl/text/type_text.hpp"

namespace mapctl::test {
namespace {

using namespace cli;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::ThrowsMessage;

SavedHeader header_of(const MapInfo& info, const Layout& key, const Layout& value) {
  return {.map = describe(info, {key, value, is_per_cpu(info.type)})};
}

MapInfo info_of(MapType type, std::uint32_t key_size, std::uint32_t value_size) {
  return {.type = type,
          .name = "saved",
          .key_size = key_size,
          .value_size = value_size,
          .max_entries = 64};
}

TEST(SavedHeader, IsOneLineOfJson) {
  const SavedHeader header = header_of(info_of(MapType::hash, 4, 8), parse_type("ipv4"),
                                       parse_type("struct hits{n:u64@counter}"));
  EXPECT_EQ(header_line(header),
            "{\"mapctl\":1,\"map\":{\"name\":\"saved\",\"type\":\"hash\",\"key_size\":4,"
            "\"value_size\":8,\"max_entries\":64,\"flags\":[],\"key\":\"ipv4\","
            "\"value\":\"struct hits{n:u64@counter}\"}}");
}

TEST(SavedHeader, OfEveryTypeOfMapIsReadBack) {
  for (const MapType type : all_map_types()) {
    MapInfo info = info_of(type, has_keys(type) ? 4 : 0, has_values(type) ? 4 : 0);
    info.flags = required_flags(type);
    const SavedHeader header =
        header_of(info, untyped_layout(info.key_size), untyped_layout(info.value_size));
    const SavedHeader read = read_header(header_line(header));
    EXPECT_EQ(header_line(read), header_line(header));
    EXPECT_EQ(read.map.spec.type, type);
    EXPECT_EQ(read.map.spec.key_size, header.map.spec.key_size);
    EXPECT_EQ(read.map.spec.flags, header.map.spec.flags);
    EXPECT_EQ(read.map.types().has_value(), header.map.types().has_value());
  }
}

TEST(SavedHeader, KeepsEverythingThatItKnows) {
  MapInfo info = info_of(MapType::lpm_trie, 8, 24);
  info.flags = parse_flags("no_prealloc,rdonly_prog");
  SavedHeader header = header_of(info, parse_type("cidr4"),
                                 parse_type("{lock:bpf_spin_lock,a@5:u32,n:u64@counter}"));
  header.map.frozen = true;
  header.map.pinned = {"/sys/fs/bpf/a \"b\"", "/run/bpf/a"};
  header.map.inner = std::make_shared<const SavedMap>(describe(info_of(MapType::hash, 4, 4), {}));
  header.entries = 17;
  header.consistency = Consistency::per_bucket;
  const SavedHeader read = read_header(header_line(header));
  EXPECT_EQ(header_line(read), header_line(header));
  EXPECT_TRUE(read.map.frozen);
  EXPECT_THAT(read.map.pinned, ElementsAre("/sys/fs/bpf/a \"b\"", "/run/bpf/a"));
  EXPECT_EQ(read.entries, 17U);
  EXPECT_EQ(read.consistency, Consistency::per_bucket);
  EXPECT_TRUE(read.map.schema.key.prefix.has_value());
  EXPECT_EQ(read.map.types()->value.members[2].role, Role::counter);
  ASSERT_NE(read.map.inner, nullptr);
  EXPECT_EQ(read.map.inner->spec.type, MapType::hash);
}

TEST(SavedHeader, ReplacesATypeThatHasNoTextByItsSize) {
  const Layout none{.kind = Kind::array,
                    .element = std::make_shared<const Layout>(parse_type("u32"))};
  const Layout open{.kind = Kind::structure,
                    .size = 4,
                    .members = {{.name = "count", .type = parse_type("u32")},
                                {.name = "rest", .type = none, .bit_offset = 32}}};
  const SavedHeader header = header_of(info_of(MapType::hash, 4, 4), parse_type("u32"), open);
  EXPECT_EQ(header.map.schema.value.kind, Kind::untyped);
  EXPECT_THAT(header_line(header), EndsWith("\"key\":\"u32\",\"value\":\"4\"}}"));
}

TEST(SavedHeader, IsFilledUpWithSpacesThatJsonAllows) {
  SavedHeader header =
      header_of(info_of(MapType::hash, 4, 8), parse_type("u32"), parse_type("u64"));
  const std::size_t width = longest_header(header);
  const std::string before = header_line(header, width);
  header.entries = 1000000;
  header.consistency = Consistency::per_element;
  const std::string after = header_line(header, width);
  EXPECT_EQ(before.size(), after.size());
  EXPECT_THAT(after, EndsWith(" }"));
  EXPECT_FALSE(read_header(before).entries.has_value());
  EXPECT_EQ(read_header(after).entries, 1000000U);
}

TEST(SavedHeader, OfANewerToolMaySayMore) {
  const SavedHeader read = read_header(
      R"({"mapctl":1,"tool":"x","map":{"type":"hash","key_size":4,"value_size":4,"max_entries":1,"colour":[1]},"consistency":"perfect"})");
  EXPECT_EQ(read.map.spec.max_entries, 1U);
  EXPECT_FALSE(read.consistency.has_value());
}

TEST(SavedHeader, IsToldFromAnEntry) {
  EXPECT_TRUE(is_header(R"({"mapctl":1,"map":{}})"));
  EXPECT_TRUE(is_header(R"(  { "map" : {}, "mapctl": 1})"));
  EXPECT_FALSE(is_header(R"({"key":"mapctl","value":1})"));
  EXPECT_FALSE(is_header("mapctl 1"));
  EXPECT_FALSE(is_header(""));
}

struct Refused {
  const char* line;
  const char* reason;
};

class RefusedHeader : public testing::TestWithParam<Refused> {};

TEST_P(RefusedHeader, IsRefusedWithItsReason) {
  EXPECT_THAT([] { read_header(GetParam().line); },
              ThrowsMessage<BadInput>(HasSubstr(GetParam().reason)));
}

INSTANTIATE_TEST_SUITE_P(
    SavedHeader, RefusedHeader,
    testing::Values(
        Refused{R"({"mapctl":2})", "version 2 of the format, and this mapctl reads version 1"},
        Refused{R"({"mapctl":1,"map":)", "not an object in JSON"},
        Refused{R"({"mapctl":1})", "not an object"},
        Refused{R"({"mapctl":1,"map":{}})", "it does not say of which type"},
        Refused{R"({"mapctl":1,"map":{"type":"hush"}})", "no map type 'hush'"},
        Refused{R"({"mapctl":1,"map":{"type":"hash","key_size":-1}})", "key_size is not a number"},
        Refused{R"({"mapctl":1,"map":{"type":"hash","name":7}})", "name is not a text"},
        Refused{R"({"mapctl":1,"map":{"type":"hash","flags":"x"}})", "flags is not a list"},
        Refused{R"({"mapctl":1,"map":{"type":"hash","flags":["x"]}})", "no map flag 'x'"},
        Refused{R"({"mapctl":1,"map":{"type":"hash","key_size":4,"key":"u64"}})",
                "key_size is 4, and a u64 has 8 bytes"},
        Refused{R"({"mapctl":1,"map":{"type":"hash","key_size":4,"key":"u33"}})",
                "no type 'u33'"}));

}  // namespace
}  // namespace mapctl::test
