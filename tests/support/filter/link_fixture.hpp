#pragma once
// What tests of loading and unloading the filter share: other network namespaces,
// other people's programs, fewer capabilities.

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdint>
#include <string>
#include <vector>

#include "support/filter/filter_fixture.hpp"

namespace mapctl::test {

/// Another network namespace while it lives; nothing but descriptors holds it.
class OtherNamespace {
 public:
  OtherNamespace();

  /// For `ip link set … netns`.
  std::string path() const;

  template <typename Call>
  void inside(Call call) const {
    EXPECT_EQ(setns(other_.get(), CLONE_NEWNET), 0);
    call();
    EXPECT_EQ(setns(own_.get(), CLONE_NEWNET), 0);
  }

  int shell(const std::string& command) const;

 private:
  Fd own_;
  Fd other_;
};

/// A host beyond a veth that pings us.
class Peer {
 public:
  Peer();

  const std::string& interface() const noexcept { return veth_.name(); }

  /// Whether we answer, sooner or later.
  bool pings() const;
  /// Runs a command on its side.
  int shell(const std::string& command) const { return namespace_.shell(command); }
  template <typename Call>
  void inside(Call call) const {
    namespace_.inside(call);
  }

  /// Whether one echo request stays without an answer.
  bool is_ignored() const;

 private:
  VethPair veth_;
  OtherNamespace namespace_;
};

/// Without CAP_SYS_ADMIN while it lives, with all the others.
class WithoutSysAdmin {
 public:
  WithoutSysAdmin();
  ~WithoutSysAdmin();
  WithoutSysAdmin(const WithoutSysAdmin&) = delete;
  WithoutSysAdmin& operator=(const WithoutSysAdmin&) = delete;
};

/// Leaves nothing of the filter behind.
class FilterLinks : public testing::Test {
 protected:
  ~FilterLinks() override { remove_filter(); }
};

/// The filter's pins that there are.
std::vector<std::string> pins();

/// The XDP program on an interface; 0 where there is none.
std::uint32_t program_on(const std::string& interface);

std::vector<Attached> load(const std::vector<std::string>& interfaces);

/// Removes the rules and their statistics.
void purge();

/// Somebody else's program, attached the old way.
void attach_foreign(const std::string& interface);

/// Such a program by a link.
void pin_foreign(const std::string& interface, const std::filesystem::path& pin);

}  // namespace mapctl::test
