// The real binary reads, clears and drains maps that others change as fast as they can.

#include <atomic>
#include <sstream>

#include "support/bulk.hpp"
#include "support/shell/matchers.hpp"
#include "support/writers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t stable = 1000;
constexpr std::uint32_t passing = 3000;

struct Family {
  const char* name;
  const char* options;
};

void PrintTo(const Family& family, std::ostream* os) { *os << family.name; }

std::string name_of(const testing::TestParamInfo<Family>& info) { return info.param.name; }

class WhileOthersWrite : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    sh(std::string{"mapctl create m -n 65536 "} + GetParam().options);
    map_ = open_pin("m");
    for (std::uint32_t i = 0; i < stable; ++i) put(i);
  }

  bool is_trie() const { return map_->info().type == MapType::lpm_trie; }

  void put(std::uint32_t i) { map_->put(key(i), Bytes(map_->value_bytes())); }
  /// Adds, updates or deletes a key that does not stay.
  void disturb(std::uint32_t n) {
    const std::uint32_t i = stable + n * 7919 % passing;
    n % 3 == 0 ? static_cast<void>(map_->erase(key(i))) : put(i);
  }

  /// The number behind a printed key.
  static std::uint32_t number(const std::string& text) {
    unsigned high = 0;
    unsigned low = 0;
    if (std::sscanf(text.c_str(), "10.0.%u.%u", &high, &low) == 2) return high << 8 | low;
    return static_cast<std::uint32_t>(std::stoul(text));
  }

  /// The number of lines that begin with each key.
  static std::vector<int> times_printed(const std::string& lines) {
    std::vector<int> seen(stable + passing);
    std::istringstream stream(lines);
    for (std::string line; std::getline(stream, line);) ++seen.at(number(line));
    return seen;
  }

 private:
  Bytes key(std::uint32_t i) const {
    const PrefixKey prefix{
        32, {10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}};
    const ByteView bytes = is_trie() ? bytes_of(prefix) : bytes_of(i);
    return {bytes.begin(), bytes.end()};
  }

  std::optional<Map> map_;
};

TEST_P(WhileOthersWrite, DumpAndSaveHaveWhatStaysOnce) {
  const Writers writers(2, [this](std::uint32_t n) { disturb(n); });
  for (const char* command : {"dump m -o plain --stats", "save m -o plain --stats",
                              "dump m -o plain --stats", "save m -o plain --stats"}) {
    writers.wait_for_steps();
    const Outcome outcome = sh(std::string{"mapctl "} + command);
    const bool gave_up = outcome.err.find("faster than it can be read") != std::string::npos;
    ASSERT_TRUE(outcome.exit == 0 || (is_trie() && gave_up)) << outcome;
    const std::vector<int> seen = times_printed(outcome.out);
    EXPECT_EQ(*std::max_element(seen.begin(), seen.end()), 1);
    if (is_trie()) continue;
    EXPECT_EQ(*std::min_element(seen.begin(), seen.begin() + stable), 1);
    EXPECT_THAT(outcome.err, HasSubstr("every key that stayed is there exactly once"));
  }
}

TEST_P(WhileOthersWrite, ClearEnds) {
  const Writers writers(2, [this](std::uint32_t n) { disturb(n); });
  writers.wait_for_steps();
  EXPECT_EQ(sh("mapctl clear m --yes").exit, 0);
  const std::string left = sh("mapctl dump m -o plain").out;
  const std::vector<int> seen = times_printed(left);
  EXPECT_EQ(*std::max_element(seen.begin(), seen.begin() + stable), 0);
}

TEST_P(WhileOthersWrite, DrainEndsAndLosesNothing) {
  sh("mapctl clear m --yes");
  std::atomic<std::uint32_t> put_so_far = 0;
  std::string drained;
  {
    // Each key was printed once.
    const Writers writers(1, [&](std::uint32_t n) {
      if (n < stable + passing) put(n), put_so_far = n + 1;
    });
    for (int round = 0; round < 3; ++round) {
      writers.wait_for_steps();
      const Outcome outcome = sh("mapctl drain m --yes -o plain");
      ASSERT_EQ(outcome.exit, 0) << outcome;
      drained += outcome.out;
    }
  }
  const std::vector<int> seen = times_printed(drained + sh("mapctl dump m -o plain").out);
  for (std::uint32_t i = 0; i < stable + passing; ++i)
    ASSERT_EQ(seen[i], i < put_so_far ? 1 : 0) << i;
}

INSTANTIATE_TEST_SUITE_P(
    Trust, WhileOthersWrite,
    testing::Values(Family{"Hash", "-t hash -k u32 -v u64"},
                    Family{"HashWithoutPreallocation", "-t hash -k u32 -v u64 --flags no_prealloc"},
                    Family{"PercpuHash", "-t percpu_hash -k u32 -v u64"},
                    Family{"LruHash", "-t lru_hash -k u32 -v u64"},
                    Family{"LruPercpuHash", "-t lru_percpu_hash -k u32 -v u64"},
                    Family{"LpmTrie", "-t lpm_trie -k cidr4 -v u64"}),
    name_of);

}  // namespace
}  // namespace mapctl::test
