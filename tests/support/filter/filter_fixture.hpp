#pragma once
// The filter on an interface of the sandbox, its rules written as users write them.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mapctl/bytes.hpp"
#include "mapctl/fd.hpp"
#include "mapctl/filter/load.hpp"
#include "mapctl/filter/status.hpp"
#include "mapctl/filter/unload.hpp"
#include "mapctl/map.hpp"
#include "mapctl/text/layout.hpp"
#include "support/sandbox.hpp"

namespace mapctl::test {

/// Runs a shell command and returns its exit status.
int shell(const std::string& command);

/// A pair of veth interfaces while the object lives.
class VethPair {
 public:
  explicit VethPair(std::string name = "f0", const std::string& peer = "f1");
  ~VethPair();  ///< finds them even if they were renamed
  VethPair(const VethPair&) = delete;
  VethPair& operator=(const VethPair&) = delete;

  const std::string& name() const noexcept { return name_; }

 private:
  std::string name_;
  unsigned index_;
};

struct Rule {
  std::string packets;  ///< the packets it matches: `tcp/22 from 10.0.0.0/8`
  std::string action;
};

/// The pinned filter_map, accessed by the texts that users write.
class RuleMap {
 public:
  explicit RuleMap(const std::filesystem::path& directory = bpffs);

  void put(const std::string& packets, const std::string& action);
  void put(const std::vector<Rule>& rules);
  bool erase(const std::string& packets);
  void clear();

  /// The count of the rule; if there is no such rule, the test fails.
  FilterTotals counted(const std::string& packets) const;

  /// The bytes of the value, with the members that texts do not show.
  Bytes raw(const std::string& packets) const;

 private:
  Map map_;
  Schema schema_;
};

/// Removes the links, rules and statistics that a filter test left in the sandbox.
void remove_filter();

/// The addresses of a packet that the program looks up.
enum class Lookups { sources, both };

/// A loaded filter that is asked for its verdict on single packets. Loading takes most of the time
/// of these tests, so it is loaded once for all tests of the process; it has no rules when a test
/// begins.
class LoadedFilter : public testing::Test {
 protected:
  explicit LoadedFilter(Lookups lookups = Lookups::sources);

  bool drops(const Bytes& packet) const { return run(packet) == 1; }
  bool passes(const Bytes& packet) const { return run(packet) == 2; }

  /// The reason for the verdict on one packet: the one statistic that changes.
  FilterVerdict verdict(const Bytes& packet) const;

  /// Sends the packet through the program that many times; returns the XDP action.
  std::uint32_t run(const Bytes& packet, int times = 1) const;

  /// The counts of all CPUs, by verdict.
  std::array<FilterTotals, filter_verdict_count> totals() const;

  int program() const noexcept { return program_; }

 private:
  int program_;
  Map stats_;

 protected:
  RuleMap rules;
};

}  // namespace mapctl::test
