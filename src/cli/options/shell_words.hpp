#pragma once
// A line taken apart as a shell does it, without anything being expanded.

#include <string>
#include <string_view>
#include <vector>

namespace mapctl::cli {

/// The words of a line: separated by blanks; '…' keeps everything, "…" all but
/// \\ before " and \\, a \\ outside keeps the next character; # begins a comment
/// at the start of a word. Throws BadInput for a quote without its end.
std::vector<std::string> shell_words(std::string_view line);

}  // namespace mapctl::cli
