// plain: the output of `dump`, texts that people write, and lists of addresses.

#include <fmt/format.h>

#include <algorithm>

#include "cli/input/format.hpp"
#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Calls visit(i, c) for each character outside quotes and brackets until it returns true. Returns
/// that index, or the end.
template <typename Visit>
std::size_t find_outside(std::string_view text, Visit visit) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i)
        if (text[i] == '\\') ++i;
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (depth == 0 && visit(i, c)) return i;
  }
  return text.size();
}

/// A mark begins a comment at the start of a line and after white space.
std::string_view without_comment(std::string_view line, std::string_view marks) {
  if (line.empty() || line[0] == '#' || line[0] == ';') return {};
  const bool has_mark =
      std::ranges::any_of(marks, [&](char c) { return line.find(c) != line.npos; });
  if (!has_mark) return line;
  return line.substr(0, find_outside(line, [&](std::size_t i, char c) {
                       return i > 0 && is_blank(line[i - 1]) && marks.find(c) != marks.npos;
                     }));
}

std::size_t word_end(std::string_view text) {
  const auto* const stop = std::ranges::find_if(
      text, [](char c) { return is_blank(c) || c == '"' || c == '[' || c == '{'; });
  if (stop == text.end() || is_blank(*stop)) return static_cast<std::size_t>(stop - text.begin());
  return find_outside(text, [](std::size_t, char c) { return is_blank(c); });
}

bool is_direction(std::string_view word) {
  return equal_ignoring_case(word, "from") || equal_ignoring_case(word, "to");
}

class PlainLines final : public EntryFormat {
 public:
  PlainLines(Source& source, const Schema& schema, EntryParts parts)
      : source_(source), parts_(parts), has_rules_(schema.key.prefix && schema.key.prefix->rule) {}

  bool next(RawEntry& entry) override {
    // In lists of addresses, the text after a ; names the source of the address.
    const std::string_view marks = parts_ == EntryParts::listed_keys ? "#;" : "#";
    for (;;) {
      entry.line = source_.line();
      const std::optional<std::string_view> line = source_.next_line();
      if (!line) return false;
      const std::string_view text = trim(without_comment(trim(*line), marks));
      if (text.empty()) continue;
      cut(text, entry);
      return true;
    }
  }

 private:
  void cut(std::string_view text, RawEntry& entry) const {
    const std::size_t end = parts_ == EntryParts::listed_keys ? text.size() : key_end(text);
    entry.key = trim(text.substr(0, end));
    const std::string_view value = trim(text.substr(end));
    if (value.empty() && parts_ == EntryParts::both)
      throw BadInput(fmt::format("there is no value after '{}'", excerpt(text)),
                     {"write KEY and VALUE with a tab or a space between them",
                      "for a list of keys alone, give them all one: --value VALUE"});
    entry.value.reset();
    if (!value.empty()) entry.value = value;
  }

  /// A tab always ends the key. Without a tab the first space does, except in `tcp/22 from
  /// 192.0.2.0/24` and `to 192.0.2.0/24`.
  std::size_t key_end(std::string_view text) const {
    if (const std::size_t tab = text.find('\t'); tab != std::string_view::npos) return tab;
    std::size_t end = word_end(text);
    if (!has_rules_) return end;
    if (is_direction(text.substr(0, end))) end = 0;
    for (;;) {  // parsing the key reports a second direction
      const std::string_view rest = trim(text.substr(end));
      const std::size_t direction_end = word_end(rest);
      if (!is_direction(rest.substr(0, direction_end))) return end;
      const std::string_view address = trim(rest.substr(direction_end));
      end = static_cast<std::size_t>(address.data() - text.data()) + word_end(address);
    }
  }

  Source& source_;
  const EntryParts parts_;
  const bool has_rules_;
};

}  // namespace

std::unique_ptr<EntryFormat> make_plain_input(Source& source, const Schema& schema,
                                              EntryParts parts) {
  return std::make_unique<PlainLines>(source, schema, parts);
}

}  // namespace mapctl::cli
