#include "mapctl/info.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/maps.hpp"

namespace mapctl {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

TEST(Info, ListsTheIdsOfAllMapsInOrder) {
  const Map map = test::make_map(MapType::hash);
  const std::vector<std::uint32_t> ids = map_ids();
  EXPECT_THAT(ids, Contains(map.info().id));
  EXPECT_TRUE(std::ranges::is_sorted(ids));
}

TEST(Info, ForgetsAMapThatIsGone) {
  const std::uint32_t id = test::make_map(MapType::array).info().id;
  for (int tries = 0; tries < 100; ++tries)  // the kernel frees maps a little later
    if (!std::ranges::count(map_ids(), id)) return;
  EXPECT_THAT(map_ids(), Not(Contains(id)));
}

TEST(Info, DescribesPrograms) {
  const Fd program = test::load_program();
  const std::vector<ProgramInfo> all = programs();
  const auto found = std::ranges::find(all, "test_prog", &ProgramInfo::name);
  ASSERT_NE(found, all.end());
  EXPECT_EQ(found->type, "socket_filter");
  EXPECT_GT(found->id, 0U);
  EXPECT_THAT(found->map_ids, IsEmpty());
}

TEST(Info, NamesTheMapsOfAProgram) {
  const Map map = test::make_map(MapType::array);
  const Fd program = test::load_program(&map);
  const std::vector<ProgramInfo> all = programs();
  const auto uses = [&](const ProgramInfo& each) {
    return each.map_ids == std::vector{map.info().id};
  };
  EXPECT_TRUE(std::ranges::any_of(all, uses));
}

TEST(Info, CountsTheCpusThatMayEverBeOnline) {
  std::ifstream file("/sys/devices/system/cpu/possible");
  std::string text;
  std::getline(file, text);
  EXPECT_FALSE(possible_cpus().empty());
  EXPECT_TRUE(std::ranges::is_sorted(possible_cpus()));
  EXPECT_TRUE(text.ends_with(std::to_string(possible_cpus().back())));
}

TEST(Info, TellsTheMemoryOfAMap) {
  EXPECT_GT(test::make_map(MapType::array, 1000).usage().memlock, 8000U);
}

}  // namespace
}  // namespace mapctl
