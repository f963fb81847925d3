#pragma once
// The option structs of libbpf's functions.

namespace mapctl {

/// Everything is zero except the size, by which libbpf distinguishes versions of the struct.
template <typename T>
T libbpf_options() {
  T options{};
  options.sz = sizeof options;
  return options;
}

}  // namespace mapctl
