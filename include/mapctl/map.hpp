#pragma once
// A kernel map and every call that concerns one entry of it.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "mapctl/bytes.hpp"
#include "mapctl/fd.hpp"
#include "mapctl/info.hpp"
#include "mapctl/map_spec.hpp"
#include "mapctl/pin_owner.hpp"

namespace mapctl {

/// The rights of a descriptor (BPF_F_RDONLY, BPF_F_WRONLY; Linux 4.15). They belong to the
/// descriptor, not to the map. Read-only works on a pin whose mode lets the caller read it.
enum class Access { read_write, read_only, write_only };

/// The entries that an update may touch: BPF_ANY, BPF_NOEXIST, BPF_EXIST.
enum class Update { any, create, replace };

/// spin_lock: BPF_F_LOCK, the value is read or written under the bpf_spin_lock in it (5.1). A value
/// without one is refused with Cause::invalid.
enum class Locking { none, spin_lock };

/// An entry of an LPM trie.
struct Match {
  Bytes prefix;  ///< host bits are 0
  Bytes value;
};

/// Zeroes the bits after the prefix in the key of an LPM trie: the trie stores them, but does not
/// compare them.
void clear_host_bits(ByteSpan key);

/// Movable handle to a kernel map; closes it on destruction. A map that is
/// neither pinned nor used by a program dies with its last handle.
///
/// Every call checks the sizes of the buffers it is given and throws BadInput
/// where one does not fit. A failed kernel call throws Error.
///
/// Threads: several may use one Map at the same time, because calls keep nothing in it;
/// only moving it and destroying it must be done alone. The kernel makes each call on one
/// entry atomic as far as the map's type promises that. Readers, drainers and writers of
/// many entries are for one thread at a time each.
class Map {
 public:
  /// Makes the map that complete(spec) describes. Needs CAP_BPF, for some types CAP_NET_ADMIN
  /// (Linux 5.8; before: CAP_SYS_ADMIN).
  static Map create(const MapSpec& spec);

  /// Opens a pinned map. Throws Cause::not_a_map if a program or a link is pinned, and
  /// Cause::permission if `owner` is trusted and another user owns the pin or a link to it.
  static Map open(const std::filesystem::path& pin, Access access = Access::read_write,
                  PinOwner owner = PinOwner::anybody);

  /// Opens the map of that id (4.13). Needs CAP_SYS_ADMIN.
  static Map open(std::uint32_t id, Access access = Access::read_write);

  /// Takes over a descriptor. Throws Cause::not_a_map if it is not one of a map.
  static Map adopt(Fd fd);

  /// A new handle to the map of a descriptor that stays the caller's, such as one of a libbpf
  /// skeleton. Throws as adopt().
  static Map duplicate(int fd);

  /// Another handle to the same map, with the same rights.
  Map clone() const;

  /// These facts are fixed when the map is created.
  const MapInfo& info() const noexcept { return info_; }
  /// Asks the kernel now.
  MapUsage usage() const;
  int fd() const noexcept { return fd_.get(); }

  /// The name for messages: how the map was opened, else the kernel name, else "map ID".
  std::string label() const;
  /// Sets another name for messages, such as the text that a user typed. A suggestion to act on the
  /// map names it like this, too.
  void set_reference(std::string reference) { info_.reference = std::move(reference); }

  /// Bytes of a value as user space sees it: value_size, or for per-CPU types
  /// value_size rounded up to 8 for each possible CPU, in that order.
  std::size_t value_bytes() const;

  /// Throw BadInput, which names both sizes, unless a key (a value as user space sees it)
  /// of this map has that many bytes.
  void check_key(std::size_t bytes) const;
  void check_value(std::size_t bytes) const;

  /// Inserts or replaces. key is empty for queue, stack and bloom filter.
  /// Throws Error: exists (Update::create), absent (Update::replace), full, out_of_range, frozen.
  void put(ByteView key, ByteView value, Update update = Update::any,
           Locking locking = Locking::none);

  /// Overload for objects of C types, whose sizes must be those of the map: `map.put(key,
  /// std::uint64_t{1})`.
  template <HasBytes K, HasBytes V>
  void put(const K& key, const V& value, Update update = Update::any,
           Locking locking = Locking::none) {
    put(bytes_of(key), bytes_of(value), update, locking);
  }

  /// The value of a key; nullopt if there is none. On an LPM trie the kernel
  /// answers with the longest matching prefix: see get_exact().
  std::optional<Bytes> get(ByteView key, Locking locking = Locking::none) const;

  /// Overload that returns an object of a C type, whose size must be value_bytes():
  /// `map.get<std::uint64_t>(key)`. For the values of a per-CPU map, see PerCpu.
  template <Plain V, HasBytes K>
  std::optional<V> get(const K& key, Locking locking = Locking::none) const {
    V value;
    if (!read(bytes_of(key), writable_bytes_of(value), locking)) return std::nullopt;
    return value;
  }

  /// Reads into a buffer of value_bytes(); false if there is no such key. A bloom filter has no
  /// keys: it reads the buffer and returns whether it may hold that value.
  bool get(ByteView key, ByteSpan value, Locking locking = Locking::none) const;

  /// Like get(), but an LPM trie answers only with an entry of exactly this prefix. Host bits of
  /// the key are ignored, as the kernel ignores them. An entry that is deleted meanwhile is absent;
  /// only one that is deleted and put again in those microseconds may appear with the value of a
  /// shorter prefix.
  std::optional<Bytes> get_exact(ByteView key, Locking locking = Locking::none) const;

  /// The entry of an LPM trie that wins for the key: the longest prefix, and its value. Throws
  /// Cause::busy if others change the trie too fast.
  std::optional<Match> match(ByteView key, Locking locking = Locking::none) const;

  /// Removes an entry; false if there was none.
  bool erase(ByteView key);
  template <HasBytes K>
  bool erase(const K& key) {
    return erase(bytes_of(key));
  }

  /// Looks up and deletes an entry in one step; nullopt if there is nothing to take. key is empty
  /// for queue and stack (4.20), which give the next value; hash types can do it since 5.14.
  std::optional<Bytes> pop(ByteView key = {}, Locking locking = Locking::none);

  /// The key after this one in the kernel's order, or the first one for an empty
  /// key; nullopt after the last. If `key` is gone, the kernel starts over.
  std::optional<Bytes> next_key(ByteView key = {}) const;

  /// Makes the map read-only for user space; only programs may still write (5.2). This cannot be
  /// undone. Freezing a frozen map does nothing.
  void freeze();

  /// Pins the map on a bpffs. Throws Error: exists, not_bpffs, bad_name (a dot), not_found.
  void pin(const std::filesystem::path& path) const;

 private:
  explicit Map(Fd fd, std::string reference = {});

  /// Like get(), but not for bloom filters.
  bool read(ByteView key, ByteSpan value, Locking locking) const;

  Fd fd_;
  MapInfo info_;
};

}  // namespace mapctl
