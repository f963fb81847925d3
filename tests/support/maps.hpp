#pragma once
// Small maps for tests, and helpers for expected Errors.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "mapctl/error.hpp"
#include "mapctl/map.hpp"

namespace mapctl::test {

/// A map of that type with the smallest sizes it accepts: u32 keys and u64 values if the sizes are
/// free.
Map make_map(MapType type, std::uint32_t max_entries = 4, std::uint32_t flags = 0);

struct PrefixKey {
  std::uint32_t bits;
  std::uint8_t address[4];
};

/// The Error that the call throws; if it throws none, the test fails.
template <typename Call>
std::optional<Error> error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no Error was thrown";
  return std::nullopt;
}

/// The cause of the Error that the call throws.
template <typename Call>
Cause cause_of(Call call) {
  const std::optional<Error> error = error_of(call);
  return error ? error->cause() : Cause::other;
}

/// The message of the Error or BadInput that the call throws.
template <typename Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

template <typename T>
std::optional<T> as(const std::optional<Bytes>& bytes) {
  if (!bytes || bytes->size() < sizeof(T)) return std::nullopt;
  T value;
  std::copy_n(bytes->begin(), sizeof(T), writable_bytes_of(value).begin());
  return value;
}

/// A trivial loaded program, which refers to the map if one is given.
Fd load_program(const Map* map = nullptr);

/// A link that attaches a trivial program to the loopback interface of the sandbox; it has no
/// descriptor if the kernel does not support that.
Fd attach_link();

}  // namespace mapctl::test
