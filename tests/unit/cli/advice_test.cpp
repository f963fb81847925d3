#include "cli/session/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mapctl::cli {
namespace {

using testing::ElementsAre;

TEST(Advice, LeavesASentenceAsItIs) {
  EXPECT_THAT(advice({"use 4096 or 8192"}), ElementsAre("use 4096 or 8192"));
}

TEST(Advice, NamesTheCommandBehindTheText) {
  EXPECT_THAT(advice({{"see the maps that there are", Remedy::list_maps}}),
              ElementsAre("see the maps that there are: mapctl list"));
}

TEST(Advice, NamesWhatTheRemedyIsAbout) {
  EXPECT_THAT(advice({{"pin it again", Remedy::pin_map, {"id:7", "/sys/fs/bpf/m"}},
                      {"unload that filter", Remedy::unload_filter, {"eth0", "web"}}}),
              ElementsAre("pin it again: mapctl pin id:7 /sys/fs/bpf/m",
                          "unload that filter: mapctl filter unload eth0 --name web"));
}

TEST(Advice, QuotesForAShell) {
  EXPECT_THAT(advice({{"remove it", Remedy::unpin, {"/sys/fs/bpf/a b"}}}),
              ElementsAre("remove it: mapctl unpin '/sys/fs/bpf/a b'"));
  EXPECT_THAT(larger_map("it's", 8), testing::HasSubstr(R"(mapctl resize 'it'\''s' --max)"));
}

TEST(Advice, RebuildsAMapLarger) {
  EXPECT_THAT(advice({{"rebuild it larger", Remedy::enlarge_map, {"m", "40"}}}),
              ElementsAre("rebuild it larger: " + larger_map("m", 40)));
}

}  // namespace
}  // namespace mapctl::cli
