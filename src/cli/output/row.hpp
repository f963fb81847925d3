#pragma once
// Writes members with their values into the open struct of an output.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/output/output.hpp"

namespace mapctl::cli {

/// Usage: Row(output).begin().integer("id", 7).string("name", "m").end(). A missing value is
/// written as null.
class Row {
 public:
  explicit Row(Output& output) : output_(output) {}

  Row& begin() { return output_.begin_struct(), *this; }
  Row& end() { return output_.end_struct(), *this; }

  Row& integer(std::string_view name, std::optional<std::uint64_t> value) {
    return member(name, value, [&] { output_.integer(*value); });
  }
  /// Writes a size in bytes.
  Row& bytes(std::string_view name, std::optional<std::uint64_t> value) {
    return member(name, value, [&] { output_.byte_count(*value); });
  }
  Row& decimal(std::string_view name, std::optional<double> value, int digits = 1) {
    return member(name, value, [&] { output_.number(fmt::format("{:.{}f}", *value, digits)); });
  }
  Row& percent(std::string_view name, std::optional<double> value) {
    return member(name, value, [&] { output_.percent(*value); });
  }
  Row& boolean(std::string_view name, std::optional<bool> value) {
    return member(name, value, [&] { output_.boolean(*value); });
  }
  Row& word(std::string_view name, std::optional<std::string_view> value) {
    return member(name, value, [&] { output_.word(*value); });
  }
  Row& string(std::string_view name, std::optional<std::string_view> value) {
    return member(name, value, [&] { output_.string(*value); });
  }
  Row& names(std::string_view name, std::span<const std::string> values) {
    return member(name, true, [&] { output_.names(values); });
  }
  Row& null(std::string_view name) { return integer(name, std::nullopt); }

  /// Writes a list of structs; write(thing) writes the members of each.
  template <typename Things, typename Write>
  Row& list(std::string_view name, const Things& things, Write write) {
    output_.member(name);
    output_.begin_array();
    for (const auto& thing : things) {
      output_.element();
      begin();
      write(thing);
      end();
    }
    return output_.end_array(), *this;
  }

 private:
  template <typename Value, typename Write>
  Row& member(std::string_view name, const Value& value, Write write) {
    output_.member(name);
    value ? write() : output_.null();
    return *this;
  }

  Output& output_;
};

}  // namespace mapctl::cli
