#pragma once
// The structs of options that libbpf's functions take.

namespace mapctl {

/// All zero but the size, by which libbpf tells the versions of the struct apart.
template <typename T>
T libbpf_options() {
  T options{};
  options.sz = sizeof options;
  return options;
}

}  // namespace mapctl
