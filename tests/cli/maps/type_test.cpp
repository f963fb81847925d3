// Map types: by name and number, and what they can do.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;

json operations_of(const std::string& create) {
  const Outcome shown =
      sh("mapctl create m " + create + " && mapctl show m -o json; mapctl unpin m -y");
  return json::parse(shown.out, nullptr, false).value("operations", json());
}

TEST(Types, ShowWhatCanBeDone) {
  EXPECT_EQ(operations_of("-t queue -v u32 -n 4"), json({"lookup", "update", "pop", "freeze"}));
  EXPECT_EQ(operations_of("-t ringbuf -n 4096"), json({"freeze", "mmap", "events"}));
  EXPECT_EQ(operations_of("-t array -v u32 -n 4; mapctl freeze m --yes"),
            json({"lookup", "next_key", "lookup_batch"}));
  EXPECT_EQ(
      operations_of("-t array -k u32 -v u32 -n 4 --flags mmapable"),
      json({"lookup", "update", "next_key", "lookup_batch", "update_batch", "freeze", "mmap"}));
}

TEST(Types, AreTakenByTheirNumber) {
  EXPECT_THAT(sh("mapctl create first_type -t 1 -k u32 -v u32 -n 4"), IsSilent());
  EXPECT_THAT(sh("mapctl list first_type -t 1 -o json | jq -r .[].name"), Prints("first_type\n"));
}

TEST(Types, ThatAreNewerGoToTheKernel) {
  EXPECT_THAT(sh("mapctl create m -t 'type 4000' -k u32 -v u32 -n 4"),
              Fails(6, "this kernel has no maps of type 4000"));
  EXPECT_THAT(sh("mapctl create m -t 4000 -k u32 -v u32 -n 4"),
              Fails(6, "this kernel has no maps of type 4000"));
}

TEST(Types, ThatOnlyLoadersMakeAreRefused) {
  EXPECT_THAT(
      sh("mapctl create m -t struct_ops -k u32 -v u32 -n 1"),
      Fails(6, "struct_ops maps cannot be created; their value is a type of the kernel's own"));
}

}  // namespace
}  // namespace mapctl::test
