#include "mapctl/map.hpp"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include <bpf/bpf.h>
#include <fmt/format.h>

#include "map/fd_info.hpp"
#include "map/libbpf_options.hpp"
#include "map/map_error.hpp"
#include "map/pin_open.hpp"

namespace mapctl {
namespace {

std::uint64_t flag(Locking locking) { return locking == Locking::spin_lock ? BPF_F_LOCK : BPF_ANY; }

constexpr std::uint64_t update_flags[] = {BPF_ANY, BPF_NOEXIST, BPF_EXIST};  // as in Update
std::uint64_t flag(Update update) { return update_flags[static_cast<std::size_t>(update)]; }

/// The kernel expects a null pointer for maps without keys.
const void* pointer(ByteView key) { return key.empty() ? nullptr : key.data(); }

void check_size(const Map& map, std::string_view part, std::size_t given, std::size_t needed) {
  if (given != needed)
    throw BadInput(fmt::format("a {0} of {1} bytes does not fit {2}: it has {0}s of {3} bytes",
                               part, given, map.label(), needed));
}

/// True if the kernel reports success when there is no such entry. (An XSK map does so, too, but
/// its entries cannot be looked up first.)
bool delete_of_absent_succeeds(MapType type) {
  return type == MapType::devmap || type == MapType::cpumap;
}

/// The kernel reports with several errnos that an entry to delete is absent.
bool means_absent(const Map& map, int error, ByteView key) {
  const MapInfo& info = map.info();
  if (error == ENOENT) return true;
  if (!can(info.type, Operation::erase)) return false;
  if (info.type == MapType::sockmap && error == EINVAL) return true;
  return is_indexed(info.type) && (error == E2BIG || error == EINVAL) &&
         index_of(key) >= info.max_entries;
}

constexpr std::uint32_t access_flags[] = {0, BPF_F_RDONLY, BPF_F_WRONLY};  // as in Access
std::uint32_t flag(Access access) { return access_flags[static_cast<std::size_t>(access)]; }

void expect_map(std::optional<ObjectKind> kind, const std::string& attempt, std::string_view is) {
  if (kind == ObjectKind::map) return;
  const std::string_view what = kind ? name(*kind) : "descriptor of something else";
  throw kernel_error(Operation::open, 0, attempt,
                     {.cause = Cause::not_a_map,
                      .reason = fmt::format("it {} {}, not a map", is, what),
                      .fix = {{"see the maps that there are", Remedy::list_maps}}});
}

}  // namespace

Map::Map(Fd fd, std::string reference) : fd_(std::move(fd)), info_(read_map_info(fd_.get())) {
  set_reference(std::move(reference));
}

Map Map::adopt(Fd fd) {
  expect_map(object_kind(fd.get()), "use the descriptor as a map", "is a");
  return Map(std::move(fd));
}

Map Map::duplicate(int fd) {
  constexpr int above_standard_streams = 3;
  Fd copy(::fcntl(fd, F_DUPFD_CLOEXEC, above_standard_streams));
  if (!copy) throw kernel_error(Operation::open, errno, "duplicate the descriptor of a map");
  return adopt(std::move(copy));
}

Map Map::clone() const {
  Map copy = duplicate(fd());
  copy.set_reference(info_.reference);
  return copy;
}

Map Map::open(const std::filesystem::path& pin, Access access, PinOwner owner) {
  OpenedPin opened = open_pin(pin, flag(access), owner);
  expect_map(opened.kind, fmt::format("open {}", pin.string()), "is a pinned");
  return Map(std::move(opened.fd), pin.string());
}

Map Map::open(std::uint32_t id, Access access) {
  auto options = libbpf_options<bpf_get_fd_by_id_opts>();
  options.open_flags = flag(access);
  const int fd = ::bpf_map_get_fd_by_id_opts(id, &options);
  if (fd < 0) throw no_such_id("map", id, -fd);
  return Map(Fd(fd), fmt::format("id:{}", id));
}

void Map::pin(const std::filesystem::path& path) const {
  if (const int result = ::bpf_obj_pin(fd(), path.c_str()); result < 0)
    throw kernel_error(Operation::pin, -result, fmt::format("pin {} at {}", label(), path.string()),
                       explain_pin(path, -result), info_.type);
}

MapUsage Map::usage() const { return read_map_usage(fd()); }

std::string Map::label() const { return mapctl::label(info_); }

std::size_t Map::value_bytes() const {
  if (!is_per_cpu(info_.type)) return info_.value_size;
  return per_cpu_stride(info_.value_size) * possible_cpus().size();
}

void Map::check_key(std::size_t bytes) const { check_size(*this, "key", bytes, info_.key_size); }
void Map::check_value(std::size_t bytes) const { check_size(*this, "value", bytes, value_bytes()); }

void Map::put(ByteView key, ByteView value, Update update, Locking locking) {
  check_key(key.size());
  check_value(value.size());
  const std::uint64_t flags = flag(update) | flag(locking);
  const int result = ::bpf_map_update_elem(fd(), pointer(key), value.data(), flags);
  if (result < 0) throw map_error({info_, fd(), Operation::update, key, flags}, -result);
}

std::optional<Bytes> Map::get(ByteView key, Locking locking) const {
  Bytes value(value_bytes());
  if (!read(key, value, locking)) return std::nullopt;
  return value;
}

bool Map::read(ByteView key, ByteSpan value, Locking locking) const {
  // The caller's buffer holds the value to look up, so there is no value to return.
  if (info_.type == MapType::bloom_filter)
    throw BadInput(fmt::format("{} is a bloom filter: ask it for a value", label()));
  return get(key, value, locking);
}

bool Map::get(ByteView key, ByteSpan value, Locking locking) const {
  check_key(key.size());
  check_value(value.size());
  const int result = ::bpf_map_lookup_elem_flags(fd(), pointer(key), value.data(), flag(locking));
  if (result == -ENOENT) return false;
  if (result < 0) throw map_error({info_, fd(), Operation::lookup, key, flag(locking)}, -result);
  return true;
}

bool Map::erase(ByteView key) {
  check_key(key.size());
  if (delete_of_absent_succeeds(info_.type)) {
    Bytes value(value_bytes());
    if (::bpf_map_lookup_elem(fd(), pointer(key), value.data()) == -ENOENT) return false;
  }
  const int result = ::bpf_map_delete_elem(fd(), pointer(key));
  if (result == 0) return true;
  if (means_absent(*this, -result, key)) return false;
  throw map_error({info_, fd(), Operation::erase, key}, -result);
}

std::optional<Bytes> Map::pop(ByteView key, Locking locking) {
  check_key(key.size());
  Bytes value(value_bytes());
  const int result =
      locking == Locking::none
          ? ::bpf_map_lookup_and_delete_elem(fd(), pointer(key), value.data())
          : ::bpf_map_lookup_and_delete_elem_flags(fd(), pointer(key), value.data(), flag(locking));
  if (result == -ENOENT) return std::nullopt;
  if (result < 0) throw map_error({info_, fd(), Operation::pop, key, flag(locking)}, -result);
  return value;
}

std::optional<Bytes> Map::next_key(ByteView key) const {
  if (!can(info_.type, Operation::next_key)) throw refused(info_, Operation::next_key);
  if (!key.empty()) check_key(key.size());
  Bytes next(info_.key_size);
  const int result = ::bpf_map_get_next_key(fd(), pointer(key), next.data());
  if (result == -ENOENT) return std::nullopt;
  if (result < 0) throw map_error({info_, fd(), Operation::next_key, key}, -result);
  return next;
}

void Map::freeze() {
  // A second freeze fails with EBUSY (6.1) or EPERM (6.12).
  if (usage().frozen) return;
  // Linux 6.1 lets a read-only descriptor freeze a map, later versions do not.
  const int error = is_read_only(fd()) ? EPERM : -::bpf_map_freeze(fd());
  if (error != 0) throw map_error({info_, fd(), Operation::freeze}, error);
}

}  // namespace mapctl
