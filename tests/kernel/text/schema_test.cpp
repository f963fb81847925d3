#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "mapctl/map.hpp"
#include "mapctl/text/schema.hpp"
#include "mapctl/text/type_text.hpp"
#include "mapctl/text/typed_map.hpp"
#include "support/maps.hpp"
#include "support/sandbox.hpp"

namespace mapctl::test {
namespace {

Map typed_map(MapType type, std::string_view key, std::string_view value) {
  return create_map({.type = type, .name = "typed", .max_entries = 4},
                    TypePair{parse_type(key), parse_type(value)})
      .map;
}

TEST(Schema, OfACreatedMapIsWhatItWasCreatedWith) {
  for (const char* value : {"u8",
                            "s64",
                            "u128",
                            "be16",
                            "be32",
                            "be64",
                            "ipv4",
                            "ipv6",
                            "mac",
                            "bool",
                            "f64",
                            "char[16]",
                            "u8[5]",
                            "u16[2][3]",
                            "{a:u8,b:{x:be16,y:ipv6}}",
                            "union{a:u32,b:u8[16]}",
                            "enum{red=1,green=2}",
                            "enum64{big=8589934592,none=0}",
                            "{a:u32:3,b:s32:5}",
                            "{a:u8,union{x:u32,y:be16}}",
                            "{n:u64@counter,m:u32@hidden,v:u32@variable}",
                            "{lock:bpf_spin_lock,n:u32,timer:bpf_timer}",
                            "{a:u8,b@1:u32,c@5.3:u16:9}@7"}) {
    const Schema schema = schema_of(typed_map(MapType::hash, "u32", value));
    EXPECT_EQ(type_text(schema.key), "u32");
    EXPECT_EQ(type_text(schema.value), value);
  }
}

TEST(Schema, OfATrieKnowsItsAddress) {
  const Schema schema =
      schema_of(typed_map(MapType::lpm_trie, "{prefixlen:u32,ifindex:u32,addr:ipv4}", "u64"));
  ASSERT_TRUE(schema.key.prefix.has_value());
  EXPECT_EQ(schema.key.prefix->address_offset, 8U);
}

TEST(Schema, OfAnArrayIsAcceptedByTheKernel) {
  EXPECT_EQ(type_text(schema_of(typed_map(MapType::array, "u32", "{a:u64}")).value), "{a:u64}");
}

TEST(Schema, IsUntypedWhereTheKernelKeepsNoTypes) {
  const Map map = Map::create({.type = MapType::queue, .value_size = 8, .max_entries = 4});
  EXPECT_EQ(schema_of(map).value.kind, Kind::untyped);
  EXPECT_FALSE(schema_of(map).types_unreadable);
}

/// No new descriptor can be opened while this object lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(Schema, IsNotUntypedBecauseTheTypesCannotBeLoadedNow) {
  const Map map = typed_map(MapType::hash, "be16", "u32");
  const NoDescriptors none;
  EXPECT_EQ(message_of([&] { schema_of(map); }),
            "cannot read the types of typed: this process has too many open files");
}

TEST(Schema, OfANewMapIsNotLostBecauseItCannotBeLoadedNow) {
  const NoDescriptors none;
  EXPECT_EQ(message_of([] { typed_map(MapType::hash, "be16", "u32"); }),
            "cannot load the types of a map: this process has too many open files");
}

TEST(Schema, KnowsPerCpuValues) {
  EXPECT_TRUE(schema_of(typed_map(MapType::percpu_hash, "u32", "u32")).per_cpu);
}

}  // namespace
}  // namespace mapctl::test
