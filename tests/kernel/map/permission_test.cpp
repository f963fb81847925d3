#include <bpf/bpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/pin.hpp"
#include "support/maps.hpp"
#include "support/sandbox.hpp"

namespace mapctl {
namespace {

using test::bpffs;
using test::cause_of;
using test::make_map;
using test::message_of;

/// The process has no capabilities while this object lives.
class Unprivileged {
 public:
  Unprivileged() { EXPECT_EQ(::seteuid(65534), 0); }
  ~Unprivileged() { EXPECT_EQ(::seteuid(0), 0); }
};

TEST(Permission, NamesTheCapabilityThatCreatingNeeds) {
  const Unprivileged nobody;
  EXPECT_EQ(message_of([] { make_map(MapType::lpm_trie); }),
            "cannot create map test_map: permission denied: creating an lpm_trie needs CAP_BPF");
  EXPECT_EQ(message_of([] { make_map(MapType::devmap); }),
            "cannot create map test_map: permission denied: creating a devmap needs CAP_BPF and "
            "CAP_NET_ADMIN");
}

TEST(Permission, NamesTheCapabilityThatIdsNeed) {
  const Map map = make_map(MapType::hash);
  const Unprivileged nobody;
  EXPECT_EQ(message_of([] { map_ids(); }),
            "cannot list the kernel's maps: permission denied: finding what others made needs "
            "CAP_SYS_ADMIN");
  EXPECT_EQ(cause_of([&] { Map::open(map.info().id); }), Cause::permission);
}

TEST(Permission, AReadablePinOpensForReading) {
  const std::filesystem::path pin = bpffs / "readable";
  const Map map = make_map(MapType::hash);
  map.pin(pin);
  ASSERT_EQ(::chmod(pin.c_str(), 0444), 0);
  {
    const Unprivileged nobody;
    EXPECT_EQ(cause_of([&] { Map::open(pin); }), Cause::permission);
    EXPECT_EQ(Map::open(pin, Access::read_only).info().id, map.info().id);
  }
  unpin(pin);
}

TEST(Permission, OnlyTheOwnerUnpins) {
  const std::filesystem::path pin = bpffs / "owned";
  make_map(MapType::hash).pin(pin);
  {
    const Unprivileged nobody;
    EXPECT_EQ(message_of([&] { unpin(pin); }), "cannot unpin /sys/fs/bpf/owned: permission denied");
  }
  unpin(pin);
}

}  // namespace
}  // namespace mapctl
