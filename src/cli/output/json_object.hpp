#pragma once
// Writes JSON outside of the results: headers of files, messages.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "text/literal/json_string.hpp"

namespace mapctl::cli {

/// Builds a JSON object member by member.
class JsonObject {
 public:
  void text(std::string_view name, std::string_view value) {
    append_json_string(begin(name), value);
  }
  void number(std::string_view name, std::uint64_t value) {
    begin(name) += fmt::format_int(value).str();
  }
  void raw(std::string_view name, std::string_view value) { begin(name) += value; }
  void texts(std::string_view name, const std::vector<std::string>& values) {
    std::string& out = begin(name) += '[';
    for (const std::string& value : values) {
      if (out.back() != '[') out += ',';
      append_json_string(out, value);
    }
    out += ']';
  }

  std::string end() && { return std::move(out_) + '}'; }

 private:
  std::string& begin(std::string_view name) {
    if (out_.size() > 1) out_ += ',';
    append_json_string(out_, name);
    return out_ += ':';
  }

  std::string out_ = "{";
};

}  // namespace mapctl::cli
