// Walks and drains of maps that others change as fast as they can.

#include <linux/bpf.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>

#include "mapctl/batch.hpp"
#include "support/maps.hpp"
#include "support/rounds.hpp"
#include "support/writers.hpp"

namespace mapctl {
namespace {

using test::make_map;
using test::PrefixKey;
using test::rounds;
using test::Writers;

constexpr std::uint32_t stable = 1000;   // keys 0 to 999 stay
constexpr std::uint32_t passing = 3000;  // the keys from 1000 on come and go
constexpr std::uint32_t room = 65536;    // an LRU map evicts nothing

template <typename T>
T read(ByteView bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

struct Family {
  const char* name;
  MapType type;
  std::uint32_t flags = 0;
};

void PrintTo(const Family& family, std::ostream* os) { *os << family.name; }

std::string name_of(const testing::TestParamInfo<Family>& info) { return info.param.name; }

/// A value for the map that holds the number, or an object if the map takes objects.
Bytes value_of(const Map& map, std::uint32_t number, int object) {
  Bytes value(map.value_bytes());
  const std::uint32_t first = object >= 0 ? static_cast<std::uint32_t>(object) : number;
  std::memcpy(value.data(), &first, sizeof first);
  return value;
}

void put_stable(Map& map, int object) {
  Bytes keys;
  Bytes values;
  for (std::uint32_t key = 0; key < stable; ++key) {
    append_bytes(keys, bytes_of(key));
    append_bytes(values, value_of(map, 0, object));
  }
  put_batch(map, keys, values, stable);
}

/// Adds, updates or deletes one of the keys that come and go.
void disturb(Map& map, std::uint32_t n, int object = -1) {
  const std::uint32_t key = stable + n * 7919 % passing;
  if (n % 3 == 0)
    map.erase(bytes_of(key));
  else
    map.put(bytes_of(key), value_of(map, n, object));
}

/// The number of times that each key was read; every key is below the sum of both kinds.
std::vector<int> times_seen(MapReader& reader) {
  std::vector<int> seen(stable + passing);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i) ++seen.at(read<std::uint32_t>(chunk->key(i)));
  return seen;
}

int most(const std::vector<int>& seen, std::size_t from, std::size_t to) {
  return *std::max_element(seen.begin() + static_cast<int>(from),
                           seen.begin() + static_cast<int>(to));
}

int least(const std::vector<int>& seen, std::size_t from, std::size_t to) {
  return *std::min_element(seen.begin() + static_cast<int>(from),
                           seen.begin() + static_cast<int>(to));
}

class HashFamily : public testing::TestWithParam<Family> {};

TEST_P(HashFamily, GivesEveryKeyThatStaysExactlyOnce) {
  Map map = make_map(GetParam().type, room, GetParam().flags);
  const Map inner = make_map(MapType::array);
  const int object = holds_maps(GetParam().type) ? inner.fd() : -1;
  put_stable(map, object);
  const Writers writers(2, [&](std::uint32_t n) { disturb(map, n, object); });
  for (int round = 0; round < rounds(50); ++round) {
    // The kernel waits for its programs whenever a map is put into a map.
    writers.wait_for_steps(holds_maps(GetParam().type) ? 2 : 100);
    MapReader reader(map);
    const std::vector<int> seen = times_seen(reader);
    ASSERT_EQ(least(seen, 0, stable), 1);
    ASSERT_EQ(most(seen, 0, seen.size()), 1);
    ASSERT_TRUE(reader.stats().complete);
    ASSERT_EQ(reader.stats().consistency, Consistency::per_bucket);
  }
}

INSTANTIATE_TEST_SUITE_P(Trust, HashFamily,
                         testing::Values(Family{"Hash", MapType::hash},
                                         Family{"HashWithoutPreallocation", MapType::hash,
                                                BPF_F_NO_PREALLOC},
                                         Family{"PercpuHash", MapType::percpu_hash},
                                         Family{"PercpuHashWithoutPreallocation",
                                                MapType::percpu_hash, BPF_F_NO_PREALLOC},
                                         Family{"LruHash", MapType::lru_hash},
                                         Family{"LruPercpuHash", MapType::lru_percpu_hash},
                                         Family{"HashOfMaps", MapType::hash_of_maps}),
                         name_of);

/// A socket that maps accept.
class Socket {
 public:
  Socket() : fd_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in loopback{};
    loopback.sin_family = AF_INET;
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&loopback), sizeof loopback), 0);
  }
  int fd() const { return fd_.get(); }

 private:
  Fd fd_;
};

class WalkedKeyByKey : public testing::TestWithParam<Family> {};

TEST_P(WalkedKeyByKey, EndsAndGivesNoKeyTwice) {
  constexpr int loopback = 1;
  const Socket socket;
  Map map = make_map(GetParam().type, stable + passing, GetParam().flags);
  const int object = GetParam().type == MapType::sockhash ? socket.fd() : loopback;
  put_stable(map, object);
  const Writers writers(2, [&](std::uint32_t n) { disturb(map, n, object); });
  std::vector<int> ever(stable);
  for (int round = 0; round < rounds(50); ++round) {
    writers.wait_for_steps();
    MapReader reader(map);
    const std::vector<int> seen = times_seen(reader);
    const WalkStats& stats = reader.stats();
    ASSERT_EQ(most(seen, 0, seen.size()), 1);
    ASSERT_EQ(static_cast<std::size_t>(std::count(seen.begin(), seen.end(), 1)), stats.entries);
    ASSERT_EQ(stats.consistency, Consistency::best_effort);
    ASSERT_EQ(stats.repeats > 0, stats.restarts > 0);
    for (std::size_t key = 0; key < stable; ++key) ever[key] |= seen[key];
  }
  EXPECT_EQ(least(ever, 0, stable), 1);
}

INSTANTIATE_TEST_SUITE_P(Trust, WalkedKeyByKey,
                         testing::Values(Family{"DevmapHash", MapType::devmap_hash},
                                         Family{"Sockhash", MapType::sockhash}),
                         name_of);

PrefixKey host(std::uint32_t i) {
  return {32, {10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}};
}

std::uint32_t number_of(const PrefixKey& key) {
  return std::uint32_t{key.address[2]} << 8 | key.address[3];
}

constexpr PrefixKey everything{0, {}};
constexpr std::uint64_t of_everything = 1ULL << 40;

/// The hosts that stay, and the prefix of length 0 that contains them.
Map trie_with_stable_hosts() {
  Map map = make_map(MapType::lpm_trie, stable + passing + 1, BPF_F_NO_PREALLOC);
  for (std::uint64_t i = 0; i < stable; ++i)
    map.put(bytes_of(host(static_cast<std::uint32_t>(i))), bytes_of(i));
  map.put(bytes_of(everything), bytes_of(of_everything));
  return map;
}

/// A value belongs to its key; it may belong to the shorter prefix only if the key comes and goes.
void expect_own_value(const PrefixKey& key, std::uint64_t value) {
  if (key.bits == 0) {
    EXPECT_EQ(value, of_everything);
  } else if (value != number_of(key)) {
    EXPECT_GE(number_of(key), stable);
    EXPECT_EQ(value, of_everything);
  }
}

TEST(TrieWalk, EndsAndGivesNoPrefixTwiceAndNoValueOfAnother) {
  Map map = trie_with_stable_hosts();
  const Writers writers(2, [&](std::uint32_t n) {
    const std::uint32_t i = stable + n * 7919 % passing;
    if (n % 3 == 0)
      map.erase(bytes_of(host(i)));
    else
      map.put(bytes_of(host(i)), bytes_of(std::uint64_t{i}));
  });
  std::set<std::uint64_t> ever;
  for (int round = 0; round < rounds(50); ++round) {
    writers.wait_for_steps();
    MapReader reader(map);
    std::set<std::uint64_t> seen;
    while (const std::optional<Chunk> chunk = reader.next())
      for (std::size_t i = 0; i < chunk->size(); ++i) {
        ASSERT_TRUE(seen.insert(read<std::uint64_t>(chunk->key(i))).second);
        expect_own_value(read<PrefixKey>(chunk->key(i)), read<std::uint64_t>(chunk->value(i)));
      }
    ASSERT_EQ(reader.stats().entries, seen.size());
    ASSERT_EQ(reader.stats().repeats > 0, reader.stats().restarts > 0);
    ever.merge(seen);
  }
  for (std::uint32_t i = 0; i < stable; ++i)
    EXPECT_TRUE(ever.contains(read<std::uint64_t>(bytes_of(host(i))))) << i;
}

/// The kernel starts over if the current key of a walk is deleted.
TEST(TrieWalk, TellsThatTheKernelStartedOver) {
  constexpr std::uint32_t count = 20000;  // more than a chunk
  Map map = make_map(MapType::lpm_trie, count, BPF_F_NO_PREALLOC);
  for (std::uint32_t i = 0; i < count; ++i) map.put(bytes_of(host(i)), bytes_of(std::uint64_t{i}));
  MapReader reader(map);
  std::size_t read = 0;
  while (const std::optional<Chunk> chunk = reader.next()) {
    if (read == 0) map.erase(chunk->key(chunk->size() - 1));
    read += chunk->size();
  }
  EXPECT_EQ(read, count);
  EXPECT_EQ(reader.stats().restarts, 1U);
  EXPECT_GT(reader.stats().repeats, 0U);
  EXPECT_TRUE(reader.stats().complete);
}

class Drained : public testing::TestWithParam<Family> {};

/// One thread puts each entry once, while another takes entries out.
class Supply {
 public:
  Supply(Map& map, std::uint32_t count)
      : thread_([this, &map, count] {
          while (put_ < count) add(map);
        }) {}

  static ByteView key(const Map& map, std::uint32_t number) {
    thread_local PrefixKey prefix;
    thread_local std::uint32_t plain;
    if (map.info().type == MapType::lpm_trie) return bytes_of(prefix = host(number));
    return bytes_of(plain = number);
  }
  static std::uint32_t number(const Map& map, ByteView key) {
    return map.info().type == MapType::lpm_trie ? number_of(read<PrefixKey>(key))
                                                : read<std::uint32_t>(key);
  }

  std::uint32_t put() const { return put_; }

 private:
  /// If the map is full, it waits for the other thread.
  void add(Map& map) {
    Bytes value(map.value_bytes());
    const std::uint32_t number = put_;
    std::memcpy(value.data(), &number, sizeof number);
    try {
      map.put(key(map, number), value);
      ++put_;
    } catch (const Error& error) {
      if (error.cause() != Cause::full) throw;
      std::this_thread::yield();
    }
  }

  std::atomic<std::uint32_t> put_ = 0;
  std::jthread thread_;
};

TEST_P(Drained, LosesNothingAndEndsThoughOthersKeepAdding) {
  const auto count = static_cast<std::uint32_t>(rounds(50)) * 400;
  constexpr std::uint32_t size = 1000;
  Map map = make_map(GetParam().type, size, GetParam().flags);
  std::vector<int> taken(count);
  const Supply supply(map, count);
  for (bool is_last = false; !is_last;) {
    is_last = supply.put() == count;
    MapDrainer drainer(map);
    std::size_t of_this = 0;
    while (const std::optional<Chunk> chunk = drainer.next()) {
      of_this += chunk->size();
      for (std::size_t i = 0; i < chunk->size(); ++i) {
        const std::uint32_t number = Supply::number(map, chunk->key(i));
        ++taken.at(number);
        ASSERT_EQ(read<std::uint32_t>(chunk->value(i)), number);
      }
    }
    ASSERT_LE(of_this, 4 * size + 1024);
  }
  EXPECT_EQ(least(taken, 0, count), 1);
  EXPECT_EQ(most(taken, 0, count), 1);
  EXPECT_EQ(count_entries(map), 0U);
}

INSTANTIATE_TEST_SUITE_P(Trust, Drained,
                         testing::Values(Family{"Hash", MapType::hash},
                                         Family{"HashWithoutPreallocation", MapType::hash,
                                                BPF_F_NO_PREALLOC},
                                         Family{"PercpuHash", MapType::percpu_hash},
                                         Family{"LpmTrie", MapType::lpm_trie, BPF_F_NO_PREALLOC}),
                         name_of);

}  // namespace
}  // namespace mapctl
