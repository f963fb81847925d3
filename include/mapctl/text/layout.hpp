#pragma once
// The meaning of the bytes of a key or a value: BTF compiled into a small tree.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mapctl {

struct Member;

/// The name of a floating type whose constants may be written as a share: 80%.
inline constexpr const char* percent_type = "percent";

/// The largest typed size, in bytes. Members are placed by bits in 32-bit numbers, so a larger type
/// has no typed form: its values are plain bytes.
inline constexpr std::uint32_t max_typed_size = 1U << 28;

enum class Kind {
  integer,      ///< 1, 2, 4, 8 or 16 bytes, host order
  big_endian,   ///< __be16, __be32, __be64: a number, stored most significant byte first
  ipv4,         ///< 4 bytes
  ipv6,         ///< 16 bytes
  ip,           ///< 16 bytes: IPv6, or IPv4 as ::ffff:a.b.c.d, which is written a.b.c.d
  mac,          ///< 6 bytes
  enumeration,  ///< 1 to 8 bytes, written by name
  boolean,      ///< 1 byte
  floating,     ///< 4 or 8 bytes
  pointer,      ///< 8 bytes
  text,         ///< char[N], padded with NUL
  bytes,        ///< u8[N], and data that has neither a type nor the size of an integer
  untyped,      ///< no BTF: the form of the text (number, address, hex) decides, if its size fits
  array,
  structure,
  union_,    ///< C's union: all members at offset 0
  reserved,  ///< the kernel's own (bpf_spin_lock, bpf_timer, kptr): not printed, written as 0
};

struct Enumerator {
  std::string name;        ///< FILTER_DROP
  std::string short_name;  ///< drop: without the prefix that all share, lower case
  std::uint64_t value;     ///< sign-extended to 64 bits where the enum is signed
};

/// The place of an integer member in a struct.
struct Field {
  std::uint32_t offset = 0;  ///< bytes
  std::uint32_t size = 0;    ///< bytes
  bool is_big_endian = false;
};

/// Describes how the key of an LPM trie is written. The trie compares bits from the fourth byte on;
/// the last member is an address, `/n` counts its bits, and members before it are always compared
/// whole.
struct PrefixShape {
  std::uint32_t address_offset = 4;   ///< bytes
  bool v4 = false;                    ///< the address may be IPv4 (4 bytes, the rest 0)
  bool v6 = false;                    ///< the address may be IPv6 (16 bytes)
  bool mapped = false;                ///< IPv4 is ::ffff:a.b.c.d, its bits those after the 96th
  std::optional<Field> family{};      ///< if both may occur: the member that tells which
  bool family_is_ip_version = false;  ///< family holds 4 or 6; for a destination 20 or 22
  std::optional<Field> protocol{};    ///< tagged mapctl:ip_proto
  std::optional<Field> port{};        ///< tagged mapctl:ip_port
  bool bare = false;                  ///< nothing but prefix length and address: `192.0.2.0/24`
  /// A key is only protocol, port and address: `tcp/22 from 192.0.2.0/24`, `default`; with
  /// family_is_ip_version also `tcp/22 to 192.0.2.0/24`.
  bool rule = false;

  /// The size in bytes.
  std::uint32_t address_size() const noexcept { return v6 ? 16 : 4; }
};

/// A type of known size. Immutable once built; copies share their parts.
struct Layout {
  Kind kind = Kind::untyped;
  std::uint32_t size = 0;  ///< bytes
  bool is_signed = false;
  std::string name{};  ///< as in C: "struct filter_key", "__be32", "char"; may be empty

  std::vector<Member> members;              ///< structure, union_
  std::vector<Enumerator> enumerators;      ///< enumeration
  std::shared_ptr<const Layout> element{};  ///< array
  std::uint32_t count = 0;                  ///< array: elements
  std::optional<PrefixShape> prefix{};      ///< structure or untyped that is the key of an LPM trie
};

/// The purpose of a member, if its type does not show it. Roles come from
/// `__attribute__((btf_decl_tag("mapctl:NAME")))` in the BPF source (clang 14, Linux 5.16; older
/// kernels drop the tags, and the plain form is used).
enum class Role {
  none,
  counter,       ///< mapctl:counter: kept by a put that does not name it
  hidden,        ///< mapctl:hidden: not printed, written as 0
  ip_family,     ///< mapctl:ip_family: 4 or 6, follows the address beside it; 0x10 added: `to`
  ip_proto,      ///< mapctl:ip_proto: an IP protocol number, written `tcp`
  ip_port,       ///< mapctl:ip_port: a port of that protocol, 0 is any
  variable,      ///< mapctl:variable, of a .data, .bss or .rodata map: kept like a counter
  monotonic_ns,  ///< mapctl:monotonic_ns: a time of bpf_ktime_get_ns()
  boottime_ns,   ///< mapctl:boottime_ns: a time of bpf_ktime_get_boot_ns()
  end,           ///< mapctl:end: when the entry ends, as CLOCK_BOOTTIME in s (u32) or ns (u64)
};

struct Member {
  std::string name;  ///< empty: the members of an anonymous struct or union count as the parent's
  Layout type{};
  std::uint32_t bit_offset = 0;  ///< from the start of the parent
  std::uint32_t bit_size = 0;    ///< of a bitfield; 0: all of type.size
  Role role = Role::none;

  std::uint32_t offset() const noexcept { return bit_offset / 8; }
};

/// The known types of the key and the value of a map.
struct Schema {
  Layout key;
  Layout value;  ///< of one CPU
  bool per_cpu = false;
  /// The map has BTF, but the caller may not read it (CAP_SYS_ADMIN): key and
  /// value are untyped here although the map knows better.
  bool types_unreadable = false;
};

/// A layout for bytes of which only the size is known. lpm_key: the bytes are the key of an LPM
/// trie, written as CIDR if the size is 8 or 20.
Layout untyped_layout(std::uint32_t size, bool lpm_key = false);

/// Bytes as they are, always printed as hex:….
Layout bytes_layout(std::uint32_t size);

/// Makes a struct the key of an LPM trie: finds the address in it and fills in
/// `prefix`. A struct without an address at the end is left as it is.
void mark_prefix_key(Layout& key);

/// Returns whether a put has to start from the old value: some member, at any depth, is a counter
/// or a variable.
bool keeps_members(const Layout& layout);

/// Returns the layout with all unions made structs, whose members share their bytes: for output of
/// every member of a union.
Layout unions_as_structs(Layout layout);

/// Returns the layout without the members that are counters, at any depth: for output that does not
/// change by itself.
Layout without_counters(const Layout& layout);

}  // namespace mapctl
