#include "mapctl/text/layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "map/error/printable.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/type_text.hpp"
#include "support/btf_builder.hpp"
#include "text/layout/enumerators.hpp"

namespace mapctl::test {
namespace {

TEST(Layout, OfAnIntegerHasItsSizeAndSign) {
  TestBtf types;
  const Layout layout = types.layout(types.integer("long long", 8, BTF_INT_SIGNED));
  EXPECT_EQ(layout.kind, Kind::integer);
  EXPECT_EQ(layout.size, 8U);
  EXPECT_TRUE(layout.is_signed);
}

TEST(Layout, LooksThroughTypedefsAndQualifiers) {
  TestBtf types;
  const int base =
      types.definition("u64", types.definition("__u64", types.integer("unsigned long long", 8)));
  EXPECT_EQ(types.layout(btf__add_const(types.get(), btf__add_volatile(types.get(), base))).size,
            8U);
}

TEST(Layout, ReadsABigEndianIntegerAsAnAddressOnlyWhereTheNameSaysSo) {
  TestBtf types;
  const int be32 = types.definition("__be32", types.integer("u32", 4));
  EXPECT_EQ(types.layout(be32).kind, Kind::big_endian);
  EXPECT_EQ(types.layout(be32, "sequence").kind, Kind::big_endian);
  for (const char* name : {"saddr", "addr", "src_ip", "ip", "dst", "v4"})
    EXPECT_EQ(types.layout(be32, name).kind, Kind::ipv4) << name;
}

TEST(Layout, ReadsSixBytesAsAMacOnlyWhereTheNameSaysSo) {
  TestBtf types;
  const int six = types.array(types.integer("unsigned char", 1), 6);
  EXPECT_EQ(types.layout(six, "h_source").kind, Kind::mac);
  EXPECT_EQ(types.layout(six, "padding").kind, Kind::bytes);
}

TEST(Layout, KnowsTheAddressStructs) {
  TestBtf types;
  EXPECT_EQ(types.layout(types.structure("in_addr", 4)).kind, Kind::ipv4);
  EXPECT_EQ(types.layout(types.structure("in6_addr", 16)).kind, Kind::ipv6);
}

TEST(Layout, BelievesAnAddressByNameOnlyOfItsOwnSize) {
  TestBtf types;
  EXPECT_NE(types.layout(types.structure("in_addr", 32)).kind, Kind::ipv4);
  EXPECT_NE(types.layout(types.structure("in6_addr", 8)).kind, Kind::ipv6);
  const int u64 = types.integer("u64", 8);
  EXPECT_EQ(types.layout(types.definition("mac", u64)).kind, Kind::integer);
  EXPECT_EQ(types.layout(types.definition("__be32", u64), "saddr").kind, Kind::integer);
}

TEST(Layout, ReadsWhatIsSmallerThanItsMembersAsBytes) {
  TestBtf types;
  const int u32 = types.integer("u32", 4);
  const auto with_member = [&](int type, std::uint32_t bit_offset, std::uint32_t bit_size = 0) {
    const int id = types.structure("s", 8);
    types.member("m", type, bit_offset, bit_size);
    return types.layout(id).kind;
  };
  EXPECT_EQ(with_member(u32, 32), Kind::structure);
  EXPECT_EQ(with_member(u32, 40), Kind::bytes);
  EXPECT_EQ(with_member(u32, 1U << 31), Kind::bytes);
  EXPECT_EQ(with_member(u32, 60, 5), Kind::bytes);
  EXPECT_EQ(with_member(u32, 0, 33), Kind::bytes);
  EXPECT_EQ(with_member(types.array(u32, 3), 0), Kind::bytes);
}

TEST(Layout, ReadsArraysOfWhatHasNoSizeAsBytes) {
  TestBtf types;
  EXPECT_EQ(types.layout(types.array(types.structure("empty", 0), 1U << 31)).kind, Kind::bytes);
}

TEST(Layout, ReadsAVariableOutsideOfItsSectionAsBytes) {
  TestBtf types;
  const int variable =
      btf__add_var(types.get(), "counter", BTF_VAR_GLOBAL_ALLOCATED, types.integer("u32", 4));
  const int section = btf__add_datasec(types.get(), ".data", 4);
  btf__add_datasec_var_info(types.get(), variable, 1U << 29, 4);
  EXPECT_EQ(types.layout(section).kind, Kind::bytes);
}

/// Struct number n holds number n - 1 twice; `wrap` makes the type of its members.
template <typename Wrap>
int doubled(TestBtf& types, int levels, Wrap wrap) {
  int inner = types.integer("u8", 1);
  for (int level = 0; level < levels; ++level) {
    const int member = wrap(inner);
    inner = types.union_type(nullptr, 1);
    types.member("a", member, 0);
    types.member("b", member, 0);
  }
  return inner;
}

TEST(Layout, ReadsTypesWithBillionsOfMembersAsBytes) {
  TestBtf types;
  const auto plain = [](int inner) { return inner; };
  const auto in_arrays = [&](int inner) { return types.array(types.array(inner, 1), 1); };
  const auto defined = [&](int inner) { return types.definition("next", inner); };
  EXPECT_EQ(types.layout(doubled(types, 30, plain)).kind, Kind::bytes);
  EXPECT_EQ(types.layout(doubled(types, 30, defined)).kind, Kind::bytes);
  EXPECT_EQ(types.layout(doubled(types, 30, in_arrays)).size, 1U);
  EXPECT_EQ(types.layout(doubled(types, 12, plain)).kind, Kind::union_);
}

TEST(Layout, CountsTheNamesOfValuesAsMembers) {
  TestBtf types;
  const int numbers = btf__add_enum(types.get(), "numbers", 4);
  for (int i = 0; i < 1000; ++i)
    btf__add_enum_value(types.get(), ("N" + std::to_string(i)).c_str(), i);
  const int many = types.structure("many", 400);
  for (unsigned i = 0; i < 100; ++i)
    types.member(("m" + std::to_string(i)).c_str(), numbers, i * 32);
  EXPECT_EQ(types.layout(many).kind, Kind::bytes);
  EXPECT_EQ(types.layout(numbers).enumerators.size(), 1000U);
}

TEST(Layout, CountsALongNameAsSeveralMembers) {
  TestBtf types;
  const std::string name(1U << 17, 'x');
  const int u8 = types.integer(name.c_str(), 1);
  const int many = types.structure("many", 100);
  for (unsigned i = 0; i < 100; ++i) types.member(name.c_str(), u8, i * 8);
  EXPECT_EQ(types.layout(many).kind, Kind::bytes);
}

TEST(Layout, StopsInTypesThatHoldEachOther) {
  TestBtf types;
  const auto next = static_cast<int>(btf__type_cnt(types.get()));
  types.structure("s", 8);
  types.member("a", next, 0);
  types.member("b", next, 0);
  EXPECT_EQ(types.layout(next).kind, Kind::bytes);
  const int definition = types.definition("t", next + 1);
  EXPECT_EQ(types.layout(definition).size, 0U);
  const int array = types.array(next + 2, 1);
  EXPECT_EQ(types.layout(array).size, 0U);
}

TEST(Layout, ReadsWhatIsNestedDeeplyAsBytes) {
  TestBtf types;
  const int u8 = types.integer("u8", 1);
  int structure = u8;
  int definition = u8;
  int array = u8;
  for (int level = 0; level < 10000; ++level) {
    const int inner = structure;
    structure = types.structure(nullptr, 1);
    types.member("m", inner, 0);
    definition = types.definition("t", definition);
    array = types.array(array, 1);
  }
  EXPECT_EQ(types.layout(structure).size, 1U);
  EXPECT_EQ(types.layout(definition).kind, Kind::bytes);
  EXPECT_EQ(types.layout(array).kind, Kind::bytes);
}

TEST(Layout, TellsTextFromBytes) {
  TestBtf types;
  EXPECT_EQ(types.layout(types.array(types.integer("char", 1, BTF_INT_SIGNED), 16)).kind,
            Kind::text);
  EXPECT_EQ(types.layout(types.array(types.integer("unsigned char", 1), 16)).kind, Kind::bytes);
}

TEST(Layout, FindsBitfieldsInBothEncodings) {
  TestBtf types;
  const int u32 = types.integer("unsigned int", 4);
  const int with_flag = types.structure("with_flag", 4);
  types.member("a", u32, 0, 3);
  types.member("b", u32, 3, 5);
  const Layout layout = types.layout(with_flag);
  EXPECT_EQ(layout.members[1].bit_offset, 3U);
  EXPECT_EQ(layout.members[1].bit_size, 5U);

  const int narrow = types.integer("narrow", 4);
  // The old encoding: an INT of 5 bits that begin at bit 2 of its word.
  auto* type = const_cast<btf_type*>(btf__type_by_id(types.get(), static_cast<unsigned>(narrow)));
  *reinterpret_cast<std::uint32_t*>(type + 1) = (2U << 16) | 5U;
  const int old = types.structure("old", 4);
  types.member("c", narrow, 8);
  const Layout old_layout = types.layout(old);
  EXPECT_EQ(old_layout.members[0].bit_offset, 10U);
  EXPECT_EQ(old_layout.members[0].bit_size, 5U);
}

TEST(Layout, SignExtendsEnumeratorsAndShortensTheirNames) {
  TestBtf types;
  const int id = btf__add_enum(types.get(), "filter_action", 4);
  btf__add_enum_value(types.get(), "FILTER_NONE", -1);
  btf__add_enum_value(types.get(), "FILTER_DROP", 1);
  const Layout layout = types.layout(id);
  EXPECT_EQ(layout.enumerators[0].value, ~std::uint64_t{0});
  EXPECT_EQ(layout.enumerators[0].short_name, "none");
  EXPECT_EQ(layout.enumerators[1].short_name, "drop");
}

TEST(Layout, FindsTheSignOfAnUnmarkedEnumWhereItIsANarrowBitfield) {
  TestBtf types;
  const int neg = btf__add_enum(types.get(), "neg", 4);
  btf__add_enum_value(types.get(), "NEG_A", 4294967291);  // -5, as clang 14 writes it
  btf__add_enum_value(types.get(), "NEG_B", 7);
  const int value = types.structure("value", 4);
  types.member("narrow", neg, 0, 5);
  const Layout layout = types.layout(value);
  EXPECT_EQ(text_of(layout, encode(layout, "narrow=neg_a")), "narrow=a");
  EXPECT_EQ(encode(layout, "narrow=-5").front(), std::byte{0x1b});
  EXPECT_FALSE(types.layout(neg).is_signed);
}

TEST(Layout, KeepsEnumeratorsWhoseShortNamesWouldBeDigits) {
  std::vector<Enumerator> enumerators{{"MODE_1", {}, 1}, {"MODE_2", {}, 2}};
  set_short_names(enumerators, "mode");
  EXPECT_EQ(enumerators[0].short_name, "mode_1");
}

TEST(Layout, LeavesTheKernelsOwnFieldsToTheKernel) {
  TestBtf types;
  const int lock = types.structure("bpf_spin_lock", 4);
  const int value = types.structure("value", 8);
  types.member("lock", lock, 0);
  EXPECT_EQ(types.layout(value).members[0].type.kind, Kind::reserved);
}

TEST(Layout, ReadsTagsOfMembers) {
  TestBtf types;
  const int u64 = types.integer("u64", 8);
  const int rule = types.structure("rule", 16);
  types.member("action", u64, 0);
  types.member("packets", u64, 64);
  types.tag("mapctl:counter", rule, 1);
  const Layout layout = types.layout(rule);
  EXPECT_EQ(layout.members[0].role, Role::none);
  EXPECT_EQ(layout.members[1].role, Role::counter);
  EXPECT_TRUE(keeps_members(layout));
}

TEST(Layout, OfADatasecHasItsVariables) {
  TestBtf types;
  const int u32 = types.integer("u32", 4);
  const int counter = btf__add_var(types.get(), "counter", BTF_VAR_GLOBAL_ALLOCATED, u32);
  const int data = btf__add_datasec(types.get(), ".bss", 8);
  btf__add_datasec_var_info(types.get(), counter, 4, 4);
  const Layout layout = types.layout(data);
  EXPECT_EQ(layout.members[0].name, "counter");
  EXPECT_EQ(layout.members[0].offset(), 4U);
  EXPECT_EQ(layout.members[0].role, Role::variable);
}

TEST(Layout, OfMoreThanBitsCanCountIsPlainBytes) {
  TestBtf types;
  const int huge = types.array(types.integer("u64", 8), 1U << 26);
  const int value = types.structure("value", (1U << 29) + 8);
  types.member("huge", huge, 0);
  EXPECT_EQ(types.layout(value).kind, Kind::bytes);
  EXPECT_EQ(types.layout(value).size, (1U << 29) + 8);
}

TEST(Layout, SurvivesATypeThatContainsItself) {
  TestBtf types;
  const int loop = types.structure("loop", 8);
  types.member("again", loop, 0);
  EXPECT_EQ(types.layout(loop).size, 8U);
}

// The key of the bundled filter, as clang writes it.
Layout filter_key(TestBtf& types, bool tagged) {
  const int u8 = types.integer("unsigned char", 1);
  const int u32 = types.integer("unsigned int", 4);
  const int be16 = types.definition("__be16", types.integer("unsigned short", 2));
  const int be32 = types.definition("__be32", u32);
  const int in6 = types.structure("in6_addr", 16);
  const int address = types.union_type(nullptr, 16);
  types.member("v4", be32, 0);
  types.member("v6", in6, 0);
  const int key = types.structure("filter_key", 28);
  types.member("prefixlen", u32, 0);
  types.member("family", u8, 32);
  types.member("proto", u8, 40);
  types.member("dport", be16, 48);
  types.member("addr", address, 64);
  types.member("reserved", u32, 192);
  if (tagged) {
    types.tag("mapctl:ip_family", key, 1);
    types.tag("mapctl:ip_proto", key, 2);
    types.tag("mapctl:ip_port", key, 3);
    types.tag("mapctl:hidden", key, 5);
  }
  Layout layout = types.layout(key);
  mark_prefix_key(layout);
  return layout;
}

TEST(PrefixKey, OfTheFilterIsARule) {
  TestBtf types;
  const Layout key = filter_key(types, true);
  ASSERT_TRUE(key.prefix.has_value());
  EXPECT_TRUE(key.prefix->rule);
  EXPECT_TRUE(key.prefix->v4 && key.prefix->v6 && key.prefix->family_is_ip_version);
  EXPECT_EQ(key.prefix->address_offset, 8U);
  EXPECT_EQ(key.prefix->family->offset, 4U);
  EXPECT_EQ(key.prefix->port->offset, 6U);
  EXPECT_TRUE(key.prefix->port->is_big_endian);
}

TEST(PrefixKey, WithoutTagsEndsInSomethingElseAndStaysAStruct) {
  TestBtf types;
  EXPECT_FALSE(filter_key(types, false).prefix.has_value());
}

TEST(PrefixKey, LikeCiliumsIpcacheIsReadByItsFamily) {
  TestBtf types;
  const int u8 = types.integer("unsigned char", 1);
  const int u16 = types.integer("unsigned short", 2);
  const int u32 = types.integer("unsigned int", 4);
  const int lpm = types.structure("bpf_lpm_trie_key", 4);
  types.member("prefixlen", u32, 0);
  types.member("data", types.array(u8, 0), 32);
  const int v4 = types.structure(nullptr, 16);
  types.member("ip4", u32, 0);
  types.member("pad4", u32, 32);
  const int v6 = types.structure("in6_addr", 16);
  const int address = types.union_type(nullptr, 16);
  types.member(nullptr, v4, 0);
  types.member("ip6", v6, 0);
  const int key = types.structure("ipcache_key", 24);
  types.member("lpm_key", lpm, 0);
  types.member("cluster_id", u16, 32);
  types.member("pad1", u8, 48);
  types.member("family", u8, 56);
  types.member(nullptr, address, 64);
  Layout layout = types.layout(key);
  mark_prefix_key(layout);
  ASSERT_TRUE(layout.prefix.has_value());
  EXPECT_TRUE(layout.prefix->v4 && layout.prefix->v6);
  EXPECT_FALSE(layout.prefix->bare || layout.prefix->rule);
  EXPECT_EQ(layout.prefix->family->offset, 7U);
}

TEST(PrefixKey, WhoseAddressIsABitfieldStaysAStruct) {
  TestBtf types;
  const int u32 = types.integer("unsigned int", 4);
  const int packed = types.structure("key", 5);
  types.member("prefixlen", u32, 0);
  types.member("addr", u32, 32, 8);
  const int short_length = types.structure("short_length", 8);
  types.member("prefixlen", u32, 0, 24);
  types.member("addr", u32, 32);
  for (const int id : {packed, short_length}) {
    Layout layout = types.layout(id);
    mark_prefix_key(layout);
    EXPECT_FALSE(layout.prefix.has_value());
  }
}

TEST(PrefixKey, WithoutTypesIsAnAddressWhereTheSizeSaysSo) {
  EXPECT_TRUE(untyped_layout(8, true).prefix->v4);
  EXPECT_TRUE(untyped_layout(20, true).prefix->v6);
  EXPECT_FALSE(untyped_layout(12, true).prefix.has_value());
  EXPECT_FALSE(untyped_layout(8, false).prefix.has_value());
}

TEST(Layout, HasNoNamesThatTheKernelForbids) {
  for (const char* name : {"a\x1b[2J", "a b", "a\"b", "\xff", "1a", "\u202e"}) {
    TestBtf types;
    const int number = types.integer("unsigned int", 4);
    const int with_member = types.structure("flow", 4);
    types.member(name, number, 0);
    const int named = types.structure(name, 4);
    types.member("a", number, 0);
    const int values = btf__add_enum(types.get(), "action", 4);
    btf__add_enum_value(types.get(), name, 1);
    for (const int id : {with_member, named, values})
      EXPECT_EQ(types.layout(id).kind, Kind::bytes) << printable(name);
  }
}

TEST(Layout, HasTheNamesOfVariablesInFunctions) {
  TestBtf types;
  const int number = types.integer("long unsigned int", 8);
  const int id = types.structure("flow", 8);
  types.member("count.seen_1", number, 0);
  EXPECT_EQ(type_text(types.layout(id)), "{count.seen_1:u64}");
}

}  // namespace
}  // namespace mapctl::test
