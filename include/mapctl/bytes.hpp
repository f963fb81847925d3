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

/// A type that can be a typed key or value: its bytes are its whole content. Pointers, and views
/// such as std::span and std::string_view, refer to other memory and are not Plain.
template <typename T>
concept Plain =
    std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> && !std::ranges::enable_view<T>;

/// The bytes of an object of a fixed-size C type, as a key or a value:
/// `map.put(bytes_of(key), bytes_of(value))`. Padding inside T is part of the
/// bytes: zero a struct before filling it in.
template <Plain T>
ByteView bytes_of(const T& object) {
  return std::as_bytes(std::span{&object, 1});
}
inline ByteView bytes_of(ByteView bytes) { return bytes; }

/// A type that bytes_of() takes.
template <typename T>
concept HasBytes = requires(const T& object) {
  bytes_of(object);
};

template <Plain T>
ByteSpan writable_bytes_of(T& object) {
  return std::as_writable_bytes(std::span{&object, 1});
}

/// Elements of one size without gaps between them.
struct Packed {
  ByteView bytes;
  std::size_t element_size;

  ByteView operator[](std::size_t i) const { return bytes.subspan(i * element_size, element_size); }
};

/// The distance in bytes from one CPU's value to the next in a per-CPU map, and from one element to
/// the next in the memory of an array: the kernel rounds the size of a value up to 8.
constexpr std::size_t per_cpu_stride(std::size_t value_size) { return (value_size + 7) / 8 * 8; }

inline void append_bytes(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace mapctl
