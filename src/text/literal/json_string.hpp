#pragma once
// Writes strings as JSON does.

#include <string>
#include <string_view>

namespace mapctl {

/// Appends the text as a JSON string with its quotes, control characters escaped.
/// Stray bytes become a text that tells them, \xff, so that the result is always valid JSON.
void append_json_string(std::string& out, std::string_view text);

}  // namespace mapctl
