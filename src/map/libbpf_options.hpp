#pragma once
// The option structs of libbpf's functions.

#include <cstring>

namespace mapctl {

/// Everything is zero except the size, by which libbpf distinguishes versions of the struct. libbpf
/// also refuses padding that is not zero; neither `= {}` nor a copy guarantees it, hence memset and
/// no copies.
template <typename T>
struct LibbpfOptions : T {
  LibbpfOptions() noexcept {
    std::memset(static_cast<T*>(this), 0, sizeof(T));
    this->sz = sizeof(T);
  }
  LibbpfOptions(const LibbpfOptions&) = delete;
  LibbpfOptions& operator=(const LibbpfOptions&) = delete;
};

template <typename T>
LibbpfOptions<T> libbpf_options() {
  return {};
}

}  // namespace mapctl
