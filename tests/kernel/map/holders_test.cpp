#include "mapctl/holders.hpp"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "support/maps.hpp"

namespace mapctl {
namespace {

using test::make_map;

/// A process of that name with a copy of all our descriptors; it lives as long as the object.
class Copy {
 public:
  explicit Copy(const char* command, bool first_thread_ends = false) {
    std::array<int, 2> ready{};
    std::array<int, 2> over{};
    EXPECT_EQ(::pipe(ready.data()) + ::pipe(over.data()), 0);
    pid_ = ::fork();
    if (pid_ == 0) wait_as(command, ready, over, first_thread_ends);
    ::close(ready[1]);
    ::close(over[0]);
    char byte = 0;
    EXPECT_EQ(::read(ready[0], &byte, 1), 1);
    ::close(ready[0]);
    end_ = Fd(over[1]);
  }
  ~Copy() {
    end_ = Fd();
    int status = 0;
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
  }

  std::uint32_t pid() const { return static_cast<std::uint32_t>(pid_); }

 private:
  [[noreturn]] static void wait_as(const char* command, std::array<int, 2> ready,
                                   std::array<int, 2> over, bool first_thread_ends) {
    ::prctl(PR_SET_NAME, command);
    ::close(over[1]);
    const auto wait = [ready, over] {
      char byte = 0;
      if (::write(ready[1], "r", 1) != 1) ::_exit(1);
      ::_exit(::read(over[0], &byte, 1) == 0 ? 0 : 1);
    };
    if (!first_thread_ends) wait();
    std::thread(wait).detach();
    ::syscall(SYS_exit, 0);
    ::_exit(1);
  }

  pid_t pid_ = -1;
  Fd end_;
};

const MapHolder* find(const std::vector<MapHolder>& holders, std::uint32_t pid) {
  const auto found = std::ranges::find(holders, pid, &MapHolder::pid);
  return found == holders.end() ? nullptr : &*found;
}

TEST(Holders, AreTheProcessesThatHaveTheMapOpen) {
  const Map map = make_map(MapType::hash);
  const Copy copy("a (strange\nname");
  MapHolders found = map_holders();
  const std::vector<MapHolder>& holders = found.by_map[map.info().id];
  EXPECT_EQ(holders.size(), 2U);
  EXPECT_NE(find(holders, static_cast<std::uint32_t>(::getpid())), nullptr);
  const MapHolder* const holder = find(holders, copy.pid());
  ASSERT_NE(holder, nullptr);
  EXPECT_EQ(holder->command, "a (strange\nname");
}

TEST(Holders, CountAProcessOnceHoweverManyDescriptorsItHas) {
  const Map map = make_map(MapType::array);
  const Fd second(::dup(map.fd()));
  EXPECT_EQ(map_holders().by_map[map.info().id].size(), 1U);
}

TEST(Holders, AreProcessesToTheirLastThread) {
  const Map map = make_map(MapType::hash);
  const Copy copy("headless", true);
  const auto fd = std::filesystem::path{"/proc"} / std::to_string(copy.pid()) / "fd";
  while (!std::filesystem::is_empty(fd)) continue;  // until the first one has ended
  MapHolders found = map_holders();
  EXPECT_NE(find(found.by_map[map.info().id], copy.pid()), nullptr);
}

TEST(Holders, AreNotAllToOthersThanRoot) {
  const Map map = make_map(MapType::hash);
  const Copy copy("hidden");
  ASSERT_EQ(::seteuid(65534), 0);
  MapHolders found = map_holders();
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(find(found.by_map[map.info().id], copy.pid()), nullptr);
  EXPECT_FALSE(found.complete);
}

}  // namespace
}  // namespace mapctl
