#pragma once
// One JSON string, quoted and escaped.

#include <string>
#include <string_view>

namespace mapctl::cli {

/// Appends "text" with its quotes. Bytes that are not UTF-8 become U+FFFD, so
/// that the result is always valid JSON.
void append_json_string(std::string& out, std::string_view text);

}  // namespace mapctl::cli
