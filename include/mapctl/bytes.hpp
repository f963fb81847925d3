#pragma once
// The byte types that keys and values travel in.

#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace mapctl {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;
using ByteSpan = std::span<std::byte>;

/// The bytes of an object of a fixed-size C type, as a key or a value:
/// `map.put(bytes_of(key), bytes_of(value))`. Padding inside T is part of the
/// bytes: zero a struct before filling it in.
template <typename T>
ByteView bytes_of(const T& object) {
  static_assert(std::is_trivially_copyable_v<T>, "its bytes are not all there is to it");
  return std::as_bytes(std::span{&object, 1});
}

template <typename T>
ByteSpan writable_bytes_of(T& object) {
  static_assert(std::is_trivially_copyable_v<T>, "its bytes are not all there is to it");
  return std::as_writable_bytes(std::span{&object, 1});
}

inline void append_bytes(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace mapctl
