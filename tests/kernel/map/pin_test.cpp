#include "mapctl/pin.hpp"

#include <bpf/bpf.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/maps.hpp"
#include "support/sandbox.hpp"

namespace mapctl {
namespace {

namespace fs = std::filesystem;
using test::bpffs;
using test::cause_of;
using test::error_of;
using test::make_map;
using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;

/// A directory that is not on a bpffs.
class PlainDirectory {
 public:
  PlainDirectory() {
    std::string pattern = (fs::temp_directory_path() / "mapctl_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~PlainDirectory() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

class Pin : public testing::Test {
 protected:
  void TearDown() override {
    for (const fs::directory_entry& entry : fs::directory_iterator(bpffs))
      if (!entry.path().has_extension()) fs::remove_all(entry.path());  // not the kernel's own
  }

  Map map_ = make_map(MapType::hash);
  fs::path path_ = bpffs / "pinned";
};

TEST_F(Pin, KeepsTheMapUnderItsPath) {
  map_.pin(path_);
  EXPECT_EQ(Map::open(path_).info().id, map_.info().id);
  EXPECT_EQ(pin_kind(path_), ObjectKind::map);
}

TEST_F(Pin, RefusesAPathInUse) {
  map_.pin(path_);
  const auto error = error_of([&] { map_.pin(path_); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::exists);
  EXPECT_STREQ(error->what(),
               "cannot pin test_map at /sys/fs/bpf/pinned: something is pinned there already");
}

TEST_F(Pin, RefusesADotInTheName) {
  EXPECT_EQ(message_of([&] { map_.pin(bpffs / "a.b"); }),
            "cannot pin test_map at /sys/fs/bpf/a.b: a pin's name cannot contain a dot");
  EXPECT_EQ(cause_of([&] { map_.pin(bpffs / "a.b"); }), Cause::bad_name);
  EXPECT_EQ(cause_of([&] { Map::open(bpffs / "a.b"); }), Cause::bad_name);
}

TEST_F(Pin, RefusesAMissingDirectory) {
  EXPECT_EQ(message_of([&] { map_.pin(bpffs / "none" / "pin"); }),
            "cannot pin test_map at /sys/fs/bpf/none/pin: there is no directory "
            "/sys/fs/bpf/none");
}

TEST_F(Pin, RefusesAnotherFilesystemAndPrintsTheMountLine) {
  const PlainDirectory plain;
  const auto error = error_of([&] { map_.pin(plain.path() / "pin"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::not_bpffs);
  ASSERT_EQ(error->details().fix.size(), 1U);
  EXPECT_THAT(error->details().fix[0].text, HasSubstr("mount -t bpf bpf /sys/fs/bpf"));
}

TEST_F(Pin, SaysThatAPinIsMissing) {
  EXPECT_EQ(message_of([&] { Map::open(bpffs / "none"); }),
            "cannot open /sys/fs/bpf/none: there is no such pin");
  EXPECT_EQ(cause_of([&] { pin_kind(bpffs / "none"); }), Cause::not_found);
  EXPECT_EQ(cause_of([&] { unpin(bpffs / "none"); }), Cause::not_found);
}

TEST_F(Pin, OpensNoOrdinaryFile) {
  const PlainDirectory plain;
  std::ofstream(plain.path() / "file") << "text";
  EXPECT_EQ(cause_of([&] { Map::open(plain.path() / "file"); }), Cause::not_bpffs);
  EXPECT_EQ(message_of([] { Map::open(bpffs); }),
            "cannot open /sys/fs/bpf: it is a directory, not a pin");
}

TEST_F(Pin, OpensNoProgram) {
  const Fd program = test::load_program();
  ASSERT_EQ(::bpf_obj_pin(program.get(), path_.c_str()), 0);
  for (const Access access : {Access::read_write, Access::read_only}) {
    const auto error = error_of([&] { Map::open(path_, access); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->cause(), Cause::not_a_map);
    EXPECT_STREQ(error->what(),
                 "cannot open /sys/fs/bpf/pinned: it is a pinned program, not a map");
  }
  EXPECT_EQ(pin_kind(path_), ObjectKind::program);
}

TEST_F(Pin, OpensNoLink) {
  const Fd link = test::attach_link();
  ASSERT_TRUE(link);
  ASSERT_EQ(::bpf_obj_pin(link.get(), path_.c_str()), 0);
  for (const Access access : {Access::read_write, Access::read_only})
    EXPECT_EQ(message_of([&] { Map::open(path_, access); }),
              "cannot open /sys/fs/bpf/pinned: it is a pinned link, not a map");
  EXPECT_EQ(pin_kind(path_), ObjectKind::link);
}

TEST_F(Pin, IsRemovedButNotTheMap) {
  map_.pin(path_);
  const Map opened = Map::open(path_);
  unpin(path_);
  EXPECT_FALSE(fs::exists(path_));
  EXPECT_EQ(Map::open(opened.info().id).info().id, map_.info().id);
}

TEST_F(Pin, RemovesNothingElsewhere) {
  const PlainDirectory plain;
  std::ofstream(plain.path() / "file") << "text";
  map_.pin(path_);
  fs::create_symlink(path_, plain.path() / "link");
  EXPECT_EQ(cause_of([&] { unpin(plain.path() / "file"); }), Cause::not_bpffs);
  EXPECT_EQ(cause_of([&] { unpin(plain.path() / "link"); }), Cause::not_bpffs);
  EXPECT_TRUE(fs::exists(plain.path() / "file"));
}

TEST_F(Pin, RemovesNoDirectory) {
  fs::create_directory(bpffs / "dir");
  EXPECT_EQ(message_of([] { unpin(bpffs / "dir"); }),
            "cannot unpin /sys/fs/bpf/dir: it is a directory, not a pin");
}

TEST_F(Pin, IsVisitedInPathOrder) {
  fs::create_directories(bpffs / "b" / "c");
  for (const fs::path& pin : {bpffs / "z", bpffs / "b" / "y", bpffs / "b" / "c" / "x", bpffs / "a"})
    map_.pin(pin);
  fs::create_symlink(bpffs / "a", bpffs / "link");
  std::vector<fs::path> seen;
  for_each_pin(bpffs, [&](const fs::path& pin) { seen.push_back(pin); });
  EXPECT_THAT(seen,
              ElementsAre(bpffs / "a", bpffs / "b" / "c" / "x", bpffs / "b" / "y", bpffs / "z"));
}

TEST_F(Pin, IsSoughtOnlyOnABpffs) {
  const PlainDirectory plain;
  const auto ignore = [](const fs::path&) {};
  EXPECT_EQ(cause_of([&] { for_each_pin(plain.path(), ignore); }), Cause::not_bpffs);
  EXPECT_EQ(cause_of([&] { for_each_pin(bpffs / "none", ignore); }), Cause::not_found);
}

TEST(Bpffs, IsKnownByPathAndByMount) {
  const PlainDirectory plain;
  EXPECT_TRUE(on_bpffs(bpffs));
  EXPECT_TRUE(on_bpffs(bpffs / "not_yet"));
  EXPECT_FALSE(on_bpffs(plain.path()));
  EXPECT_FALSE(on_bpffs(plain.path() / "not_yet"));
  EXPECT_THAT(bpffs_mounts(), testing::Contains(bpffs));
}

}  // namespace
}  // namespace mapctl
