#pragma once
// Keys and values that stand for objects of the kernel: the user names the object, the kernel
// expects its descriptor.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// The bytes of a key or a value that contain the descriptor of an opened object. It has to live
/// until the call that uses them is over.
struct Object {
  explicit Object(Map map);
  explicit Object(Fd fd);
  /// Takes a number, and an optional program after it.
  Object(Bytes number, Fd program) : bytes(std::move(number)), opened(std::move(program)) {}

  Bytes bytes;
  std::variant<Map, Fd> opened;
};

/// The plural name of such values: "maps"; empty for plain bytes.
std::string_view plural(ValueContent kind);

/// Returns true if only the program that has such an object open can put it into a map.
bool belongs_to_owner(ValueContent kind);

/// Returns true if such keys may be given as a task, a file or a cgroup.
bool names_objects(KeyContent kind);

/// Opens the object that a text names, if values of this map are objects: maps and programs (a pin,
/// id:N, name:NAME or, as printed, N), cgroups (a folder), interfaces and the queues of CPUs, maybe
/// with a program: "ifindex=eth0,bpf_prog=12". Returns nothing for other maps; throws if only the
/// program that owns the object can put it (sockets, perf events).
std::optional<Object> value_object(const Map& map, const std::string& text);

/// Finds objects that only the caller knows by a name.
using FindObject = std::function<std::optional<Object>(const std::string& text)>;

/// The objects that texts name; each is opened once and kept open.
class OpenObjects {
 public:
  /// Raises the limit on open descriptors of this process as far as permitted. A result of `find`
  /// takes precedence over other meanings of a text.
  explicit OpenObjects(FindObject find = {});

  /// The bytes of the value, opened by value_object(); nothing for maps without objects.
  std::optional<ByteView> value(const Map& map, const std::string& text);

  /// Keeps the object of a key open.
  void keep(Object object) { keys_.push_back(std::move(object)); }

 private:
  FindObject find_;
  std::map<std::string, Object> values_;
  std::vector<Object> keys_;
};

/// Opens the object of a storage key: a task by its pid, a cgroup or a file by its path.
std::optional<Object> key_object(const Map& map, const std::string& text);

/// The key of a cgroup storage whose cgroup is given by its folder: a number, as it is printed, and
/// no descriptor. Returns nothing for other maps and other texts.
std::optional<Bytes> cgroup_key(const Map& map, const std::string& text);

}  // namespace mapctl::cli
