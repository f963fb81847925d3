// The table of what each type can do, held against the kernel.

#include <bpf/bpf.h>

#include <cerrno>

#include <gtest/gtest.h>

#include "kernel_error.hpp"
#include "maps.hpp"

namespace mapctl {
namespace {

/// Those that can be made without the help of a program, a cgroup or BTF.
constexpr MapType simple_types[] = {
    MapType::hash,
    MapType::array,
    MapType::prog_array,
    MapType::perf_event_array,
    MapType::percpu_hash,
    MapType::percpu_array,
    MapType::cgroup_array,
    MapType::lru_hash,
    MapType::lru_percpu_hash,
    MapType::lpm_trie,
    MapType::array_of_maps,
    MapType::hash_of_maps,
    MapType::devmap,
    MapType::sockmap,
    MapType::cpumap,
    MapType::xskmap,
    MapType::sockhash,
    MapType::reuseport_sockarray,
    MapType::queue,
    MapType::stack,
    MapType::devmap_hash,
    MapType::ringbuf,
    MapType::bloom_filter,
    MapType::user_ringbuf,
};

class Support : public testing::TestWithParam<MapType> {
 protected:
  Map map_ = test::make_map(GetParam());
  Bytes key_ = Bytes(map_.info().key_size);
  Bytes value_ = Bytes(map_.value_bytes());

  const void* key() const { return key_.empty() ? nullptr : key_.data(); }

  /// The table and the answer agree. EINVAL can mean a type that does not do it
  /// or an argument that does not fit, so it is no proof.
  void expect(Operation operation, int result) {
    const bool unsupported = says_unsupported(-result);
    if (can(GetParam(), operation)) {
      EXPECT_FALSE(unsupported) << type_name(GetParam()) << " " << result;
    } else {
      EXPECT_TRUE(unsupported || result == -EINVAL) << type_name(GetParam()) << " " << result;
    }
  }
};

TEST_P(Support, OfSingleCallsIsAsInTheTable) {
  expect(Operation::lookup, ::bpf_map_lookup_elem(map_.fd(), key(), value_.data()));
  Bytes next(key_.size() + 1);
  expect(Operation::next_key, ::bpf_map_get_next_key(map_.fd(), nullptr, next.data()));
  expect(Operation::erase, ::bpf_map_delete_elem(map_.fd(), key()));
  expect(Operation::pop, ::bpf_map_lookup_and_delete_elem(map_.fd(), key(), value_.data()));
}

TEST_P(Support, OfBatchCallsIsAsInTheTable) {
  Bytes place(key_.size() + 4);
  __u32 count = 1;
  expect(Operation::lookup_batch,
         ::bpf_map_lookup_batch(map_.fd(), nullptr, place.data(), key_.data(), value_.data(),
                                &count, nullptr));
  count = 1;
  expect(Operation::pop_batch,
         ::bpf_map_lookup_and_delete_batch(map_.fd(), nullptr, place.data(), key_.data(),
                                           value_.data(), &count, nullptr));
  count = 1;
  expect(Operation::erase_batch, ::bpf_map_delete_batch(map_.fd(), key_.data(), &count, nullptr));
}

TEST_P(Support, OfFreezingIsAsInTheTable) {
  expect(Operation::freeze, ::bpf_map_freeze(map_.fd()));
}

std::string test_name(const testing::TestParamInfo<MapType>& type) { return type_name(type.param); }

INSTANTIATE_TEST_SUITE_P(Types, Support, testing::ValuesIn(simple_types), test_name);

}  // namespace
}  // namespace mapctl
