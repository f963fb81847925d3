#pragma once
// Splits a line into words like a shell, without any expansion.

#include <string>
#include <string_view>
#include <vector>

namespace mapctl::cli {

/// The words of a line, separated by blanks; '…' keeps everything, "…" all but \\ before " and \\,
/// a \\ outside keeps the next character; # begins a comment at the start of a word. Throws
/// BadInput for an unclosed quote.
std::vector<std::string> shell_words(std::string_view line);

}  // namespace mapctl::cli
