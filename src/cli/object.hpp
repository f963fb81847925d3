#pragma once
// Keys and values that stand for objects of the kernel: the user names the
// object, the kernel takes a descriptor of it.

#include <optional>
#include <string>
#include <variant>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// An opened object, whose descriptor is the key or the value; it has to live
/// until the call that uses it is over.
class Object {
 public:
  explicit Object(Map map) : object_(std::move(map)) {}
  explicit Object(Fd fd) : object_(std::move(fd)) {}

  Bytes bytes() const;

 private:
  std::variant<Map, Fd> object_;
};

/// Opens what the text names where values of this map are objects: maps and
/// programs (a pin, id:N or, as printed, N), cgroups (a directory). Nothing for
/// other maps; refused where only the program that owns the object can put it
/// (sockets, perf events).
std::optional<Object> value_object(const Map& map, const std::string& text);

/// The same for keys of storages: a task by its pid, a cgroup or a file by its path.
std::optional<Object> key_object(const Map& map, const std::string& text);

/// A device map's value named by its interface; nothing where the text is a
/// number or not that of an interface.
std::optional<Bytes> interface_value(const Map& map, const std::string& text);

}  // namespace mapctl::cli
