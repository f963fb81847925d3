// A process that may not open any more files is told so; nothing seems to be absent.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "mapctl/bpffs.hpp"
#include "mapctl/filter/load.hpp"
#include "mapctl/filter/status.hpp"
#include "mapctl/filter/unload.hpp"
#include "mapctl/text/object_types.hpp"
#include "support/maps.hpp"
#include "support/sandbox.hpp"

namespace mapctl {
namespace {

using test::bpffs;
using test::cause_of;
using test::make_map;

/// While it exists, no descriptor is left.
class NoFiles {
 public:
  NoFiles() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoFiles(const NoFiles&) = delete;
  NoFiles& operator=(const NoFiles&) = delete;

 private:
  rlimit before_{};
};

template <typename Call>
void expect_shortage(const char* what, Call call) {
  const NoFiles none;
  EXPECT_EQ(cause_of(call), Cause::no_memory) << what;
}

TEST(Shortage, OfDescriptorsIsNotAbsence) {
  const Map map = make_map(MapType::hash);
  map.pin(bpffs / "m");
  expect_shortage("a pin", [] { Map::open(bpffs / "m"); });
  expect_shortage("a pin, checked",
                  [] { Map::open(bpffs / "m", Access::read_only, PinOwner::trusted); });
  expect_shortage("an id", [&] { Map::open(map.info().id); });
  expect_shortage("pins", [] { for_each_pin(bpffs, [](const auto&) {}); });
  expect_shortage("mounts", [] { bpffs_mounts(); });
  expect_shortage("frozen", [&] { static_cast<void>(map.usage()); });
  expect_shortage("an object file", [] { ObjectTypes("/proc/self/exe"); });
  expect_shortage("a load", [] { filter_load({"lo"}, {}); });
  expect_shortage("an unload", [] { filter_unload({"lo"}, bpffs); });
  expect_shortage("a status", [] { filter_status(bpffs); });
}

}  // namespace
}  // namespace mapctl
