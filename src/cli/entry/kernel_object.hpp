#pragma once
// Keys and values that stand for objects of the kernel: the user names the
// object, the kernel takes a descriptor of it.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// The bytes of a key or a value that name an opened object by its descriptor. It has to
/// live until the call that uses them is over.
struct Object {
  explicit Object(Map map);
  explicit Object(Fd fd);
  /// A number, and after it maybe a program.
  Object(Bytes number, Fd program) : bytes(std::move(number)), opened(std::move(program)) {}

  Bytes bytes;
  std::variant<Map, Fd> opened;
};

/// What values of that kind are called: "maps"; empty for plain bytes.
std::string_view plural(ValueContent kind);

/// Only the program that has such an object open can put it into a map.
bool belongs_to_owner(ValueContent kind);

/// Whether keys of that kind may be given as the name of a task, a file or a cgroup.
bool names_objects(KeyContent kind);

/// Of a map of maps: the id of the first one in it, as an example of them all; nothing where it is
/// empty.
std::optional<std::uint32_t> first_inner_id(const Map& map);

/// Opens what the text names where values of this map are objects: maps and programs (a
/// pin, id:N, name:NAME or, as printed, N), cgroups (a directory), interfaces. Nothing for
/// other maps; refused where only the program that owns the object can put it
/// (sockets, perf events).
std::optional<Object> value_object(const Map& map, const std::string& text);

/// Finds what a text names here and not for everybody.
using FindObject = std::function<std::optional<Object>(const std::string& text)>;

/// The objects that texts name, each opened once and kept open.
class OpenObjects {
 public:
  /// Asks the kernel for as many descriptors as this process may have. What `find` finds goes
  /// before what a text names otherwise.
  explicit OpenObjects(FindObject find = {});

  /// The bytes of the value, as value_object() opens it; nothing for other maps.
  std::optional<ByteView> value(const Map& map, const std::string& text);

  /// Keeps a key's.
  void keep(Object object) { keys_.push_back(std::move(object)); }

 private:
  FindObject find_;
  std::map<std::string, Object> values_;
  std::vector<Object> keys_;
};

/// The same for keys of storages: a task by its pid, a cgroup or a file by its path.
std::optional<Object> key_object(const Map& map, const std::string& text);

/// The key of a cgroup storage that is named by its cgroup's directory: no descriptor but
/// a number, as it is printed. Nothing for other maps and other texts.
std::optional<Bytes> cgroup_key(const Map& map, const std::string& text);

}  // namespace mapctl::cli
