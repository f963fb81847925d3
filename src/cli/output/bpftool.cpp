// bpftool: entries and maps as `bpftool -j map` prints them; the rest as json.

#include <fmt/format.h>

#include "cli/output/json_output.hpp"
#include "map/cpu_list.hpp"
#include "mapctl/info.hpp"
#include "mapctl/text/codec.hpp"
#include "text/literal/bits.hpp"

namespace mapctl::cli {

namespace {

/// Writes a number that is wider than 64 bits or a bitfield.
void write_wide(Wide value, Writer& writer) {
  const auto high = static_cast<std::uint64_t>(value >> 64);
  const auto low = static_cast<std::uint64_t>(value);
  writer.word(high == 0 ? fmt::format("0x{:x}", low) : fmt::format("0x{:x}{:016x}", high, low));
}

void write_integer(ByteView bytes, bool is_signed, Writer& writer) {
  const Wide value = load_host(bytes);
  const auto bits = static_cast<unsigned>(bytes.size() * 8);
  if (bits > 64) return write_wide(value, writer);
  if (!is_signed) return writer.integer(static_cast<std::uint64_t>(value));
  writer.integer(static_cast<std::int64_t>(sign_extend(value, bits)));
}

template <typename WriteElement>
void write_array(ByteView bytes, std::size_t size, Writer& writer, WriteElement write_element) {
  writer.begin_array();
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    writer.element();
    write_element(bytes.subspan(at, size));
  }
  writer.end_array();
}

void write_integers(ByteView bytes, std::size_t size, bool is_signed, Writer& writer) {
  write_array(bytes, size, writer, [&](ByteView each) { write_integer(each, is_signed, writer); });
}

void write_hex_bytes(ByteView bytes, Writer& writer) {
  write_array(bytes, 1, writer,
              [&](ByteView each) { writer.word(fmt::format("0x{:02x}", byte_at(each, 0))); });
}

/// A text is one only if it is ASCII and ends in the array.
void write_text(ByteView bytes, Writer& writer) {
  std::string text;
  for (const std::byte byte : bytes) {
    const char c = std::to_integer<char>(byte);
    if (c == '\0') return writer.string(text);
    if (c < ' ' || c > '~') break;
    text += c;
  }
  write_integers(bytes, 1, true, writer);
}

void write_enumerator(const Layout& layout, ByteView bytes, Writer& writer) {
  const Wide value = load_host(bytes);
  for (const Enumerator& each : layout.enumerators)
    if ((each.value & mask(layout.size * 8)) == value) return writer.string(each.name);
  write_integer(bytes, true, writer);
}

/// Writes a struct that is known by its name alone: its only member holds integers of that size.
void write_known(std::string_view member, ByteView bytes, std::size_t size, Writer& writer) {
  writer.begin_struct();
  writer.member(member);
  bytes.size() == size ? write_integer(bytes, false, writer)
                       : write_integers(bytes, size, false, writer);
  writer.end_struct();
}

void write_in6_addr(ByteView bytes, Writer& writer) {
  writer.begin_struct();
  writer.member("in6_u");
  writer.begin_struct();
  for (const auto& [name, size] :
       {std::pair{"u6_addr8", 1U}, std::pair{"u6_addr16", 2U}, std::pair{"u6_addr32", 4U}}) {
    writer.member(name);
    write_integers(bytes, size, false, writer);
  }
  writer.end_struct();
  writer.end_struct();
}

/// What only the kernel may write is read as zeros; a lock has a member, others have none of a
/// name.
void write_reserved(const Layout& layout, ByteView bytes, Writer& writer) {
  if (layout.name.empty()) return write_integer(bytes, false, writer);
  if (layout.name == "struct bpf_spin_lock") return write_known("val", bytes, 4, writer);
  writer.begin_struct();
  writer.end_struct();
}

void write_typed(const Layout& layout, ByteView bytes, Writer& writer);

void write_members(const Layout& layout, ByteView bytes, Writer& writer) {
  writer.begin_struct();
  for (const Member& member : layout.members) {
    writer.member(member.name);
    if (member.bit_size != 0)
      write_wide(get_bits(bytes, member.bit_offset, member.bit_size), writer);
    else
      write_typed(member.type, bytes.subspan(member.offset(), member.type.size), writer);
  }
  writer.end_struct();
}

/// Writes bytes as C sees them: without addresses, names of protocols, or byte order.
void write_typed(const Layout& layout, ByteView bytes, Writer& writer) {
  switch (layout.kind) {
    case Kind::integer:
      return write_integer(bytes, layout.is_signed, writer);
    case Kind::big_endian:
    case Kind::pointer:
      return write_integer(bytes, false, writer);
    case Kind::ipv4:
      if (layout.name == "struct in_addr") return write_known("s_addr", bytes, 4, writer);
      return write_integer(bytes, false, writer);
    case Kind::ipv6:
      if (layout.name == "struct in6_addr") return write_in6_addr(bytes, writer);
      return write_integers(bytes, 1, false, writer);
    case Kind::ip:
    case Kind::mac:
    case Kind::bytes:
    case Kind::untyped:
      return write_integers(bytes, 1, false, writer);
    case Kind::enumeration:
      return write_enumerator(layout, bytes, writer);
    case Kind::boolean:
      return writer.boolean(!all_zero(bytes));
    case Kind::floating:
      return decode(layout, bytes, writer);
    case Kind::text:
      return write_text(bytes, writer);
    case Kind::array:
      return write_array(bytes, layout.element->size, writer,
                         [&](ByteView each) { write_typed(*layout.element, each, writer); });
    case Kind::structure:
    case Kind::union_:
      return write_members(layout, bytes, writer);
    case Kind::reserved:
      return write_reserved(layout, bytes, writer);
  }
}

/// Writes the value of an entry, or that of each CPU.
template <typename WriteValue>
void write_value(const Schema& schema, ByteView value, Writer& writer, WriteValue write_value) {
  writer.member(schema.per_cpu ? "values" : "value");
  if (!schema.per_cpu) return write_value(value);
  const std::vector<unsigned>& cpus = possible_cpus();
  writer.begin_cpus();
  for (std::size_t i = 0; i < cpus.size(); ++i) {
    writer.cpu(cpus[i]);
    write_value(value.subspan(i * per_cpu_stride(schema.value.size), schema.value.size));
  }
  writer.end_cpus();
}

/// The kernel's own types of entries with a program have no BTF, so bpftool does not know them.
bool is_typed(const Layout& layout) {
  return layout.kind != Kind::untyped && layout.name != "struct bpf_devmap_val" &&
         layout.name != "struct bpf_cpumap_val";
}

class BpftoolOutput final : public JsonOutput {
 public:
  explicit BpftoolOutput(Stream& stream) : JsonOutput(stream, false) {}

  bool own_entry(const Schema& schema, ByteView key, ByteView value) override {
    member("key");
    write_hex_bytes(key, *this);
    write_value(schema, value, *this, [&](ByteView bytes) { write_hex_bytes(bytes, *this); });
    if (is_typed(schema.key) || is_typed(schema.value)) write_formatted(schema, key, value);
    return true;
  }

  bool own_map(const MapInfo& map, const MapUsage& usage) override {
    const auto number = [&](std::string_view name, std::uint64_t value) {
      member(name);
      integer(value);
    };
    number("id", map.id);
    member("type");
    word(type_name(map.type));
    if (!map.name.empty()) {
      member("name");
      string(map.name);
    }
    number("flags", map.flags);
    number("bytes_key", map.key_size);
    number("bytes_value", map.value_size);
    number("max_entries", map.max_entries);
    number("bytes_memlock", usage.memlock);
    number("frozen", usage.frozen ? 1 : 0);
    if (map.btf_id != 0) number("btf_id", map.btf_id);
    return true;
  }

 private:
  void write_formatted(const Schema& schema, ByteView key, ByteView value) {
    member("formatted");
    begin_struct();
    if (is_typed(schema.key)) {
      member("key");
      write_typed(schema.key, key, *this);
    }
    write_value(schema, value, *this,
                [&](ByteView bytes) { write_typed(schema.value, bytes, *this); });
    end_struct();
  }
};

}  // namespace

std::unique_ptr<Output> make_bpftool(Stream& stream) {
  return std::make_unique<BpftoolOutput>(stream);
}

}  // namespace mapctl::cli
