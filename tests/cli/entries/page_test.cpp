// docs/writing-bpf-maps.md: its program is compiled, and its commands print what it says.

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "support/shell/matchers.hpp"
#include "talkers.skel.h"
#include "writing_page.hpp"

namespace mapctl::test {
namespace {

struct Destroy {
  void operator()(talkers_bpf* skeleton) const { talkers_bpf__destroy(skeleton); }
};

/// The texts between ```kind and ```.
std::vector<std::string> blocks(const std::string& kind) {
  const std::string page = writing_page;
  const std::string begin = "```" + kind + "\n";
  std::vector<std::string> found;
  for (std::size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    found.push_back(page.substr(at, page.find("```", at) - at));
  }
  return found;
}

/// Runs the lines that begin with a dollar. Returns the block as it would be on the page.
std::string run(const std::string& block) {
  std::istringstream lines(block);
  std::string out;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("$ ")) out += line + "\n" + sh(line.substr(2)).out;
  return out;
}

/// Gives the program an empty TCP packet from 02:00:00:aa:bb:cc.
bool receive(const talkers_bpf& skeleton, std::array<unsigned char, 4> source) {
  std::array<unsigned char, 34> packet{2, 0, 0, 0, 0, 2, 2, 0, 0, 0xaa, 0xbb, 0xcc, 8, 0, 0x45};
  packet[23] = 6;
  std::ranges::copy(source, packet.begin() + 26);
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = packet.data();
  options.data_size_in = packet.size();
  return bpf_prog_test_run_opts(bpf_program__fd(skeleton.progs.count_talkers), &options) == 0;
}

TEST(PageOnMaps, HasTheProgramThatIsCompiled) {
  EXPECT_EQ(blocks("c"), std::vector<std::string>{talkers_program});
}

TEST(PageOnMaps, ShowsWhatMapctlPrints) {
  const std::unique_ptr<talkers_bpf, Destroy> skeleton{talkers_bpf__open_and_load()};
  ASSERT_NE(skeleton, nullptr);
  ASSERT_EQ(bpf_map__pin(skeleton->maps.blocklist, "/sys/fs/bpf/blocklist"), 0);
  ASSERT_EQ(bpf_map__pin(skeleton->maps.talkers, "/sys/fs/bpf/talkers"), 0);
  const std::vector<std::string> consoles = blocks("console");
  ASSERT_EQ(consoles.size(), 2U);
  EXPECT_EQ(run(consoles[0]), consoles[0]);
  for (const auto& source :
       {std::array<unsigned char, 4>{10, 0, 0, 7}, {10, 0, 0, 7}, {192, 0, 2, 7}})
    ASSERT_TRUE(receive(*skeleton, source));
  EXPECT_EQ(run(consoles[1]), consoles[1]);
}

}  // namespace
}  // namespace mapctl::test
