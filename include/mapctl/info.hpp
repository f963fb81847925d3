#pragma once
// The kernel's information about maps, programs and CPUs.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/fd.hpp"
#include "mapctl/map_type.hpp"

namespace mapctl {

/// The BPF objects that a descriptor or a pin can refer to.
enum class ObjectKind { map, program, link };

/// "map", "program", "link".
std::string_view name(ObjectKind kind);

/// struct bpf_map_info of the kernel (Linux 4.13). Sizes in bytes.
struct MapInfo {
  std::uint32_t id = 0;
  MapType type = MapType::unspec;
  std::string name;  ///< at most 15 characters; may be empty
  std::uint32_t key_size = 0;
  std::uint32_t value_size = 0;  ///< of one CPU's value, not rounded
  std::uint32_t max_entries = 0;
  std::uint32_t flags = 0;
  std::uint64_t map_extra = 0;  ///< bloom filter: number of hashes (5.16)
  std::uint32_t btf_id = 0;     ///< 0: the map has no BTF
  std::uint32_t btf_key_type_id = 0;
  std::uint32_t btf_value_type_id = 0;
  std::uint32_t btf_vmlinux_value_type_id = 0;  ///< struct_ops only

  /// How whoever opened the map named it: the path of its pin, or "id:7". Empty if it was opened
  /// from a descriptor.
  std::string reference{};
};

/// The map's name in messages: its reference, else its name in the kernel, else "map ID".
std::string label(const MapInfo& map);

/// Facts about a map that only /proc/self/fdinfo reports.
struct MapUsage {
  bool frozen = false;
  std::uint64_t memlock = 0;  ///< bytes, as the kernel accounts them
};

/// A loaded program (4.13).
struct ProgramInfo {
  std::uint32_t id = 0;
  std::string type;  ///< "xdp"; "type 40" for one without a name
  std::string name;  ///< of its function, as its BTF has it; without BTF at most 15 characters
  std::string tag;   ///< in hexadecimal: the same for the same instructions
  std::int64_t loaded = 0;   ///< seconds since 1970, by the clock as it is set now
  std::uint32_t btf_id = 0;  ///< 0: the program has no BTF
  std::vector<std::uint32_t> map_ids;

  bool uses(std::uint32_t map_id) const;
};

/// The program in messages: "program 12 ('syn_guard')".
std::string label(const ProgramInfo& program);

/// The ids of all maps in the kernel, ascending. Needs CAP_SYS_ADMIN; throws
/// Error with Cause::permission without it.
std::vector<std::uint32_t> map_ids();

/// The id of a program that is open.
std::uint32_t program_id(const Fd& program);

ProgramInfo program_info(const Fd& program);
/// Returns nullopt, with the reason in errno, if the kernel does not describe the program.
std::optional<ProgramInfo> find_program_info(const Fd& program);

/// All loaded programs. Needs CAP_SYS_ADMIN. A program that is unloaded while
/// the list is read is left out.
std::vector<ProgramInfo> programs();
/// Returns nullopt if the caller may not list them.
std::optional<std::vector<ProgramInfo>> find_programs();

/// The ids of the CPUs that may ever be online, ascending. Per-CPU values have
/// one slot for each, in this order; ids may have holes.
/// Source: /sys/devices/system/cpu/possible, read once.
const std::vector<unsigned>& possible_cpus();

}  // namespace mapctl
