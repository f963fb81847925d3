#pragma once
// The C types of a compiled BPF program, by name.

#include <filesystem>
#include <memory>
#include <string_view>

#include "mapctl/text/layout.hpp"

struct btf;

namespace mapctl {

/// The types in the BTF of an object file (clang -target bpf -g), or of a file of
/// bare BTF such as /sys/kernel/btf/vmlinux.
class ObjectTypes {
 public:
  /// Throws Error if the file cannot be opened, BadInput if it has no BTF.
  explicit ObjectTypes(const std::filesystem::path& object);

  /// Finds the type of that C name: "struct flow", "union address", "enum action"; a typedef or an
  /// arithmetic type has no keyword: "rule_t". Takes the first of several with the same name.
  /// Throws BadInput that names the nearest ones.
  Layout find(std::string_view name) const;

 private:
  std::filesystem::path object_;
  std::shared_ptr<const btf> types_;
};

}  // namespace mapctl
