#pragma once
// The C types of a compiled BPF program, by name.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/info.hpp"
#include "mapctl/text/layout.hpp"

struct btf;

namespace mapctl {

/// The types in the BTF of an object file (clang -target bpf -g), of a file of bare BTF such as
/// /sys/kernel/btf/vmlinux, or of a loaded program.
class ObjectTypes {
 public:
  /// Throws Error if the file cannot be opened, BadInput if it has no BTF.
  explicit ObjectTypes(const std::filesystem::path& object);

  /// Needs CAP_SYS_ADMIN. Throws BadInput if the program was loaded without BTF.
  explicit ObjectTypes(const ProgramInfo& program);

  /// Finds the type of that C name: "struct flow", "union address", "enum action"; a typedef or an
  /// arithmetic type has no keyword: "rule_t". Takes the first of several with the same name.
  /// Throws BadInput that names the nearest ones.
  Layout find(std::string_view name) const;

  /// The names of the structs of that many bytes, such as "struct flow", except for those of the
  /// running kernel: programs compiled against vmlinux.h have many.
  std::vector<std::string> own_structs(std::uint32_t least, std::uint32_t most) const;

 private:
  std::string object_;  ///< its name in messages
  std::shared_ptr<const btf> types_;
};

}  // namespace mapctl
