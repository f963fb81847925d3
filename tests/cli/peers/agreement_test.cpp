// bpftool and mapctl agree about each map: its properties, its bytes, and their meaning.

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/peers/agreement.hpp"
#include "support/maps.hpp"
#include "support/objects.hpp"
#include "support/sandbox.hpp"
#include "support/sender.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;

/// The map is pinned as m.
void expect_the_same_map() {
  const json bpftools = in_mapctls_words(said_by("bpftool -j -f map show pinned /sys/fs/bpf/m"));
  json shown = said_by("mapctl show m -o json");
  json listed = said_by("mapctl list --pinned m -o json");
  ASSERT_EQ(listed.size(), 1U);
  for (json* const ours : {&shown, &listed[0]}) {
    for (const char* more : {"entries", "fill", "key", "value", "key_from", "value_from",
                             "operations", "programs", "pids"})
      ours->erase(more);
    EXPECT_EQ(*ours, bpftools);
  }
}

std::string bpftools(const std::string& verb) {
  return "bpftool -j map " + verb + " pinned /sys/fs/bpf/m";
}

/// The entries in hexadecimal.
json expect_the_same_bytes() {
  const json ours = sorted(said_by("mapctl dump m --hex -o json"));
  EXPECT_EQ(ours, sorted(as_hex(said_by(bpftools("dump")))));
  return ours;
}

void expect_the_same_next_value() {
  EXPECT_EQ(said_by("mapctl peek m --hex -o json"), as_hex(said_by(bpftools("peek"))));
}

/// Entries in the order of their bytes.
json formatted(const json& bpftools_entries) {
  json out = json::array();
  for (const json& entry : bpftools_entries) out.push_back(entry.value("formatted", json()));
  return out;
}

void expect_the_same_types() {
  const json theirs = formatted(said_by(bpftools("dump")));
  const json ours = said_by("mapctl dump m -o json");
  ASSERT_EQ(ours.size(), theirs.size());
  for (const json& entry : ours)
    EXPECT_TRUE(std::ranges::any_of(
        theirs, [&](const json& each) { return in_bpftools_words(entry, each) == each; }))
        << entry << "\nis none of " << theirs;
}

/// Without the entries for which bpftool prints an error.
json readable(const json& bpftools_entries) {
  json out = json::array();
  for (const json& entry : bpftools_entries)
    if (!entry.contains("value") || entry["value"].is_array()) out.push_back(entry);
  return out;
}

/// The format bpftool is what bpftool prints, except for the owner of an array of programs.
void expect_bpftools_format() {
  EXPECT_EQ(sorted(said_by("mapctl dump m -o bpftool")),
            sorted(readable(said_by(bpftools("dump")))));
  json shown = said_by(bpftools("show"));
  for (const char* owner : {"owner_prog_type", "owner_jited"}) shown.erase(owner);
  EXPECT_EQ(said_by("mapctl map show pinned /sys/fs/bpf/m -o bpftool"), shown);
  EXPECT_EQ(said_by("mapctl list --pinned m -o bpftool"), json::array({shown}));
}

// Every map type is tested, with an object if its values are objects.

/// The types that can be created on this kernel.
std::vector<MapType> types_here() {
  std::vector<MapType> types;
  for (const MapType type : all_map_types())
    if (can(type, Operation::create) && *since(type) <= running_kernel()) types.push_back(type);
  return types;
}

/// Such a map has entries only while a program is attached.
bool is_filled_by_programs(MapType type) {
  return type == MapType::stack_trace || type == MapType::cgroup_storage ||
         type == MapType::percpu_cgroup_storage;
}

std::vector<MapType> listed_types() {
  std::vector<MapType> types;
  for (const MapType type : types_here())
    if (can(type, Operation::lookup) && can(type, Operation::next_key)) types.push_back(type);
  return types;
}

std::string test_name(const testing::TestParamInfo<MapType>& type) { return type_name(type.param); }

class AgreementOfEveryType : public testing::TestWithParam<MapType> {};

TEST_P(AgreementOfEveryType, OnWhatTheMapIs) {
  make_map(GetParam()).pin(bpffs / "m");
  expect_the_same_map();
}

INSTANTIATE_TEST_SUITE_P(Types, AgreementOfEveryType, testing::ValuesIn(types_here()), test_name);

class AgreementOfListedTypes : public testing::TestWithParam<MapType> {};

TEST_P(AgreementOfListedTypes, OnTheBytesOfAnEntry) {
  Map map = make_map(GetParam());
  map.pin(bpffs / "m");
  const Entry entry = entry_for(map);
  if (!is_filled_by_programs(GetParam())) map.put(entry.key, entry.value);
  EXPECT_EQ(expect_the_same_bytes().empty(), is_filled_by_programs(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Types, AgreementOfListedTypes, testing::ValuesIn(listed_types()),
                         test_name);

// Entries of every kind, each made by a shell line.

struct Example {
  const char* name;
  const char* line;  ///< creates and fills m
};

void PrintTo(const Example& example, std::ostream* os) { *os << example.line; }

class AgreementOfTypedEntries : public testing::TestWithParam<Example> {};

TEST_P(AgreementOfTypedEntries, OnBytesAndMeaning) {
  ASSERT_THAT(sh(GetParam().line), IsSilent());
  expect_the_same_map();
  EXPECT_FALSE(expect_the_same_bytes().empty());
  expect_the_same_types();
  expect_bpftools_format();
}

constexpr Example typed[] = {
    {"integers",
     "mapctl create m -t hash -k u64 -v '{a:u8,b:u16,c:u32,d:u64,e:s8,f:s16,g:s32,h:s64}' -n 8; "
     "mapctl put m 0 a=255,b=65535,c=4294967295,d=18446744073709551615,e=-128,f=-32768,"
     "g=-2147483648,h=-9223372036854775808; mapctl put m 18446744073709551615 a=1"},
    {"wide_integers", "mapctl create m -t hash -k u128 -v s128 -n 8; mapctl put m 7 8"},
    {"booleans",
     "mapctl create m -t hash -k bool -v '{a:bool,b:bool}' -n 8; mapctl put m true a=true"},
    {"enumerators",
     "mapctl create m -t hash -k 'enum{FLOW_IN=0,FLOW_OUT=1}' -v 'enum{DROP=1,PASS=2,LOW=-1}' -n "
     "8; "
     "mapctl put m in drop; mapctl put m out low"},
    {"addresses",
     "mapctl create m -t hash -k '{v4:ipv4,v6:ipv6,mac:mac}' -v ipv6 -n 8; mapctl put m "
     "v4=192.0.2.1,v6=2001:db8::1,mac=02:00:00:aa:bb:cc ::ffff:10.0.0.1"},
    {"network_order",
     "mapctl create m -t hash -k u32 -v '{be16:be16,be32:be32,be64:be64}' -n 8; mapctl put m 1 "
     "be16=443,be32=1,be64=2"},
    {"texts",
     "mapctl create m -t hash -k 'char[16]' -v '{name:char[8],raw:u8[4]}' -n 8; mapctl put m eth0 "
     "'{\"name\":\"a\\\"b c\",\"raw\":[1,2,3,255]}'; mapctl put m eth1 "
     "'name=hex:6162006300000000,raw=[0,0,0,0]'"},
    {"arrays_in_structs",
     "mapctl create m -t hash -k u32 -v "
     "'{list:u16[3],pairs:{x:u8,y:s32}[2],deep:{deeper:{n:u64}}}' "
     "-n 8; mapctl put m 1 'list=[1,2,3],pairs=[{x=1,y=-1},{x=2,y=-2}],deep={deeper={n=5}}'"},
    {"array",
     "mapctl create m -t array -k u32 -v '{n:u64,on:bool}' -n 4; mapctl put m 3 n=5,on=true"},
    {"lru_hash", "mapctl create m -t lru_hash -k u32 -v u64 -n 64; mapctl put m 1 2"},
    {"percpu_hash",
     "mapctl create m -t percpu_hash -k u32 -v '{n:u64,small:u8}' -n 8; mapctl put m 1 n=1,small=2 "
     "--cpu 0; mapctl put m 1 n=3,small=4 --cpu 1"},
    {"lru_percpu_hash",
     "mapctl create m -t lru_percpu_hash -k u32 -v '{a:u8,b:u16}' -n 64; mapctl put m 1 a=1,b=2 "
     "--cpu 1"},
    {"percpu_array",
     "mapctl create m -t percpu_array -k u32 -v u16 -n 3; mapctl put m 2 7 --cpu 1"},
    {"prefixes",
     "mapctl create m -t lpm_trie -k cidr4 -v u64 -n 8; mapctl put m 10.0.0.0/8 1; mapctl put m "
     "0.0.0.0/0 2; mapctl put m 192.0.2.7 3"},
    {"ipv6_prefixes",
     "mapctl create m -t lpm_trie -k cidr6 -v u64 -n 8; mapctl put m 2001:db8::/32 1; mapctl put m "
     "::/0 2"},
    {"frozen", "mapctl create m -t hash -k u32 -v u32 -n 8; mapctl put m 1 2; mapctl freeze m -y"},
    {"mapped", "mapctl create m -t array -k u32 -v u64 -n 2 --flags mmapable; mapctl put m 1 2"},
    {"written_by_bpftool",
     "mapctl create m -t hash -k u32 -v '{a:u8,b:s32}' -n 8; bpftool map update pinned "
     "/sys/fs/bpf/m key hex 01 00 00 00 value hex ff 00 00 00 fe ff ff ff"},
};

INSTANTIATE_TEST_SUITE_P(Entries, AgreementOfTypedEntries, testing::ValuesIn(typed),
                         [](const auto& example) { return example.param.name; });

class AgreementOfUntypedEntries : public testing::TestWithParam<Example> {};

TEST_P(AgreementOfUntypedEntries, OnTheirBytes) {
  ASSERT_THAT(sh(GetParam().line), IsSilent());
  expect_the_same_map();
  EXPECT_FALSE(expect_the_same_bytes().empty());
  expect_bpftools_format();
}

constexpr Example untyped[] = {
    {"odd_sizes",
     "mapctl create m -t hash -k 5 -v 7 -n 8; mapctl put m hex:0102030405 hex:01020304050607"},
    {"percpu_values_with_padding",
     "mapctl create m -t percpu_array -k 4 -v 3 -n 2; mapctl put m 1 hex:010203 --cpu 1"},
    {"prefixes",
     "mapctl create m -t lpm_trie -k 8 -v 4 -n 8; mapctl put m 10.0.0.0/8 1; mapctl put m "
     "10.0.0.0/9 2"},
    {"devices", "mapctl create m -t devmap -k 4 -v 8 -n 4; mapctl put m 2 hex:0100000000000000"},
    {"cpus", "mapctl create m -t cpumap -k 4 -v 8 -n 2; mapctl put m 1 hex:c000000000000000"},
    {"maps",
     "mapctl create inner -t hash -k 4 -v 4 -n 1; mapctl create m -t hash_of_maps -k 4 -v 4 -n 4 "
     "--inner inner; mapctl put m 7 inner"},
    {"programs",
     "bpftool map create /sys/fs/bpf/m type prog_array key 4 value 4 entries 3 name m; ip link add "
     "v0 type veth peer name v1; mapctl filter load v0 >/dev/null; mapctl put m 1 id:$(bpftool -j "
     "net show dev v0 | jq .[0].xdp[0].id)"},
};

INSTANTIATE_TEST_SUITE_P(Entries, AgreementOfUntypedEntries, testing::ValuesIn(untyped),
                         [](const auto& example) { return example.param.name; });

TEST(Agreement, OnTheNextValueOfAQueueAndOfAStack) {
  for (const char* type : {"queue", "stack"}) {
    sh(std::string{"mapctl create m -t "} + type + " -v 8 -n 4; mapctl push m 1 513");
    expect_the_same_map();
    expect_the_same_next_value();
    EXPECT_EQ(said_by("mapctl peek m -o bpftool"), said_by(bpftools("peek")));
    sh("mapctl unpin m -y");
  }
}

TEST(Agreement, OnOneKey) {
  sh("mapctl create m -t percpu_hash -k u32 -v u64 -n 8; mapctl put m 258 7 --cpu 1");
  EXPECT_EQ(said_by("mapctl get m 258 --hex -o json"),
            as_hex(said_by(bpftools("lookup") + " key hex 02 01 00 00")));
  EXPECT_EQ(said_by("mapctl map lookup pinned /sys/fs/bpf/m key hex 02 01 00 00 -o bpftool"),
            said_by(bpftools("lookup") + " key hex 02 01 00 00"));
  EXPECT_EQ(said_by("mapctl next m --hex -o json")["key"],
            as_hex(said_by(bpftools("getnext"))["next_key"]));
}

TEST(Agreement, OnTheVariablesOfAProgram) {
  Sender sender;
  ASSERT_TRUE(sender && sender.send_to_ring(1, 3));
  ASSERT_EQ(bpf_map__pin(sender.variables(), "/sys/fs/bpf/m"), 0);
  expect_the_same_map();
  expect_the_same_bytes();
  const json theirs = formatted(said_by(bpftools("dump")));
  const json ours = said_by("mapctl get m 0 -o json");
  json variables = json::array();
  for (const auto& [name, value] : ours["value"].items()) variables.push_back({{name, value}});
  EXPECT_EQ(sorted(variables), sorted(theirs[0]["value"][".bss"]));
}

}  // namespace
}  // namespace mapctl::test
