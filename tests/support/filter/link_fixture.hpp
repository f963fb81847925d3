#pragma once
// Helpers for tests of loading and unloading the filter: other network namespaces, other XDP
// programs, fewer capabilities.

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdint>
#include <string>
#include <vector>

#include "support/filter/filter_fixture.hpp"

namespace mapctl::test {

/// Another network namespace while the object lives; only descriptors hold it.
class OtherNamespace {
 public:
  OtherNamespace();

  /// The argument for `ip link set … netns`.
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

/// A host beyond a veth that sends pings to this one.
class Peer {
 public:
  Peer();

  const std::string& interface() const noexcept { return veth_.name(); }

  /// True if this side answers in the end.
  bool pings() const;
  /// Runs a command on its side.
  int shell(const std::string& command) const { return namespace_.shell(command); }
  template <typename Call>
  void inside(Call call) const {
    namespace_.inside(call);
  }

  /// True if one echo request gets no answer.
  bool is_ignored() const;

 private:
  VethPair veth_;
  OtherNamespace namespace_;
};

/// The process lacks only CAP_SYS_ADMIN while this object lives.
class WithoutSysAdmin {
 public:
  WithoutSysAdmin();
  ~WithoutSysAdmin();
  WithoutSysAdmin(const WithoutSysAdmin&) = delete;
  WithoutSysAdmin& operator=(const WithoutSysAdmin&) = delete;
};

/// Removes everything of the filter.
class FilterLinks : public testing::Test {
 protected:
  ~FilterLinks() override { remove_filter(); }
};

/// The existing pins of the filter.
std::vector<std::string> pins();

/// The XDP program on an interface; 0 if there is none.
std::uint32_t program_on(const std::string& interface);

std::vector<Attached> load(const std::vector<std::string>& interfaces);

/// Removes the rules and their statistics.
void purge();

/// Another program, attached by netlink.
void attach_foreign(const std::string& interface);

/// Another program, attached by a link.
void pin_foreign(const std::string& interface, const std::filesystem::path& pin);

}  // namespace mapctl::test
