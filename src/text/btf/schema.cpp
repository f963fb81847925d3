// Reads a map's schema from its BTF, if there is any and the caller may read it.

#include <bpf/btf.h>
#include <fmt/format.h>

#include <cerrno>

#include "map/error/kernel_error.hpp"
#include "mapctl/text/schema.hpp"
#include "mapctl/text/type_text.hpp"
#include "text/btf/layout_btf.hpp"

namespace mapctl {

namespace {

Schema untyped_schema(const MapInfo& info) {
  return {untyped_layout(info.key_size, key_content(info.type) == KeyContent::prefix),
          untyped_layout(info.value_size), is_per_cpu(info.type)};
}

/// Applies the kernel's own types of entries with a program, such as struct bpf_devmap_val. They
/// carry no BTF.
void apply_own_types(Schema& schema, const MapInfo& info) {
  if (info.value_size != 8) return;
  const ValueContent kind = value_content(info.type);
  if (kind == ValueContent::interface)
    schema.value = parse_type("struct bpf_devmap_val{ifindex:u32,bpf_prog:u32}");
  if (kind == ValueContent::cpu_queue)
    schema.value = parse_type("struct bpf_cpumap_val{qsize:u32,bpf_prog:u32}");
}

/// Uses a type only if its size is that of the bytes in the kernel.
void use_type(Layout& layout, const btf& types, std::uint32_t type_id) {
  if (type_id == 0) return;
  Layout typed = layout_of(types, type_id);
  if (typed.size == layout.size) layout = std::move(typed);
}

/// Maps and programs are written as descriptors and read as ids, whatever type the program declares
/// for them.
bool is_read_as_id(ValueContent kind) {
  return kind == ValueContent::map || kind == ValueContent::program;
}

void apply_types(Schema& schema, const btf& types, const MapInfo& info) {
  if (info.btf_vmlinux_value_type_id != 0)
    return use_type(schema.value, types, info.btf_vmlinux_value_type_id);
  use_type(schema.key, types, info.btf_key_type_id);
  if (key_content(info.type) == KeyContent::prefix) mark_prefix_key(schema.key);
  if (!is_read_as_id(value_content(info.type)))
    use_type(schema.value, types, info.btf_value_type_id);
}

bool has_types(const MapInfo& info) {
  return info.btf_id != 0 || info.btf_vmlinux_value_type_id != 0;
}

/// Null if the caller may not read them, which the schema tells. For any other reason the map must
/// not pass for one without types: the same text would mean other bytes.
BtfHandle load_types(const Map& map) {
  const MapInfo& info = map.info();
  BtfHandle types{info.btf_vmlinux_value_type_id != 0 ? btf__load_vmlinux_btf()
                                                      : btf__load_from_kernel_by_id(info.btf_id)};
  if (!types && errno != EPERM)
    throw kernel_error(Operation::info, errno, fmt::format("read the types of {}", map.label()));
  return types;
}

}  // namespace

Schema schema_of(const Map& map) {
  const MapInfo& info = map.info();
  Schema schema = untyped_schema(info);
  apply_own_types(schema, info);
  if (!has_types(info)) return schema;
  if (const BtfHandle types = load_types(map))
    apply_types(schema, *types, info);
  else
    schema.types_unreadable = true;
  return schema;
}

}  // namespace mapctl
