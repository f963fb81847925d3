#pragma once
// Values that are a map or a program: the user names it, the kernel takes a descriptor.

#include <string>
#include <variant>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// An opened object whose descriptor is the value to put; it has to live until
/// the put is done.
class ObjectValue {
 public:
  ObjectValue() = default;
  explicit ObjectValue(Map map) : object_(std::move(map)) {}
  explicit ObjectValue(Fd program) : object_(std::move(program)) {}

  explicit operator bool() const noexcept { return object_.index() != 0; }
  Bytes bytes() const;

 private:
  std::variant<std::monostate, Map, Fd> object_;
};

/// Opens what `argument` names where values of this map are maps or programs
/// (a pin, or id:N); nothing for every other map.
ObjectValue object_value(const Map& map, const std::string& argument);

}  // namespace mapctl::cli
