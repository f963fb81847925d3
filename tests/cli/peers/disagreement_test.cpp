// Cases in which bpftool 7.1 prints typed bytes wrongly: its text, the bytes, and mapctl's text,
// which reads back to the same bytes.

#include <nlohmann/json.hpp>

#include "support/object_file.hpp"
#include "support/shell/matchers.hpp"
#include "types.skel.h"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Mistake {
  const char* name;
  const char* type;
  const char* bytes;
  const char* bpftools;  ///< the text in its formatted value
  const char* ours;
  bool is_valid = true;  ///< as JSON for these bytes
};

void PrintTo(const Mistake& mistake, std::ostream* os) { *os << mistake.type; }

class Disagreement : public testing::TestWithParam<Mistake> {
 protected:
  void SetUp() override {
    const Mistake& mistake = GetParam();
    ASSERT_THAT(
        sh(std::string{"mapctl create m -t hash -k u32 --btf $o -n 2 -v '"} + mistake.type +
           "'; bpftool map update pinned /sys/fs/bpf/m key hex 1 0 0 0 value hex " + mistake.bytes),
        IsSilent());
  }

  ObjectFile object_{types_bpf__elf_bytes};
};

TEST_P(Disagreement, IsOfBpftoolWithTheBytes) {
  const Mistake& mistake = GetParam();
  const std::string said = sh("bpftool -j map lookup pinned /sys/fs/bpf/m key hex 1 0 0 0").out;
  EXPECT_THAT(said, HasSubstr("\"value\":" + std::string{mistake.bpftools} + "}"));
  const std::string same = sh("mapctl get m 1 -o bpftool").out;
  const json ours = json::parse(same, nullptr, false);
  EXPECT_FALSE(ours.is_discarded()) << same;
  EXPECT_TRUE(!mistake.is_valid || ours == json::parse(said)) << same << said;
  EXPECT_EQ(json::parse(sh("mapctl get m 1 -o json").out)["value"], json::parse(mistake.ours));
  EXPECT_THAT(sh("mapctl put m 2 \"$(mapctl get m 1)\" && mapctl get m 2 --hex"),
              Prints(sh("mapctl get m 1 --hex").out));
}

constexpr Mistake mistakes[] = {
    {"SignedBitfields", "struct signed_bits", "7f 0 0 0", R"({"low":"0xf","high":"0x7"})",
     R"({"low":-1,"high":7})"},
    {"EnumeratorsInBitfields", "struct enum_bits", "10 0 0 0", R"({"first":"0x0","second":"0x1"})",
     R"({"first":"pass","second":"drop"})"},
    {"FloatsWhichMakeNoJson", "struct real", "0 0 c0 3f 0 0 0 0 0 0 0 0 0 0 4 c0",
     R"({"ratio":(unsupported-kind})", R"({"ratio":1.5,"exact":-2.5})", false},
    {"MembersWithoutAName", "struct nameless", "1 2 3 4 5 0 6 0",
     R"({"":{"word":67305985,"bytes":[1,2,3,4]},"":{"low":5,"high":6}})",
     R"({"word":67305985,"low":5,"high":6})"},
    {"EnumeratorsThatHaveNoName", "enum mask", "fe ff ff ff", "-2", "4294967294"},
    {"BooleansThatAreNeither", "bool", "2", "true", "2"},
    {"Backslashes", "char[4]", "61 5c 62 0", R"("a\nb")", R"("a\\b")", false},
    {"NetworkOrder", "be16", "1 bb", "47873", "443"},
    {"WideIntegers", "u128", "7 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", R"("0x7")", "7"},
};

INSTANTIATE_TEST_SUITE_P(Of, Disagreement, testing::ValuesIn(mistakes),
                         [](const auto& mistake) { return mistake.param.name; });

TEST(RoughEdges, WhatCannotBeReadIsToldInWords) {
  sh("bpftool map create /sys/fs/bpf/m type perf_event_array key 4 value 4 entries 1 name m");
  EXPECT_THAT(sh("bpftool -j map dump pinned /sys/fs/bpf/m").out, HasSubstr("Unknown error 524"));
  EXPECT_THAT(sh("mapctl dump m"), Fails(6, "cannot be read"));
}

}  // namespace
}  // namespace mapctl::test
