// jsonl and json: objects with a key and a value, in the form of mapctl or bpftool.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/input/format.hpp"
#include "cli/input/json_scan.hpp"
#include "cli/input/protocol.hpp"
#include "cli/input/saved_header.hpp"
#include "map/cpu_list.hpp"
#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "mapctl/info.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

/// The text of a value for encode(): bpftool's list of bytes, ["0x0a","0x00"], becomes hex:… in
/// `scratch`.
std::string_view text_of(std::string_view json, std::size_t size, std::string& scratch) {
  JsonScan scan(json);
  if (!scan.accept('[')) return json;
  scratch = "hex:";
  do {
    const std::string_view byte = scan.value();
    if (byte.size() != 6 || !byte.starts_with("\"0x")) return json;
    scratch += byte.substr(3, 2);
  } while (scan.accept(','));
  return scratch.size() == 4 + 2 * size && scan.accept(']') ? scratch : json;
}

/// Reads entries from JSON objects.
class ObjectReader {
 public:
  explicit ObjectReader(const Schema& schema) : schema_(schema) {}

  void read(std::string_view object, RawEntry& entry);

 private:
  void add_slot(std::string_view json, std::vector<std::string>& slots) const;
  std::string_view values_of_cpus(std::string_view json);

  const Schema& schema_;
  std::string key_;
  std::string value_;
};

/// Describes the position: "before 'x'", or "at the end".
std::string where(JsonScan& scan) {
  const std::string_view rest = scan.rest();
  return rest.empty() ? "at the end" : fmt::format("before '{}'", excerpt(rest));
}

[[noreturn]] void refuse_member(std::string_view name) {
  const std::vector<std::string> known{"key", "value", "values", "op"};
  std::vector<Remedy> fix{"an entry looks like {\"key\":…,\"value\":…}"};
  if (const auto near = closest(name, known)) fix = {fmt::format("did you mean \"{}\"?", *near)};
  throw BadInput(fmt::format("\"{}\" is no member of an entry", excerpt(name)), std::move(fix));
}

[[noreturn]] void refuse_member_of_cpu(std::string_view name) {
  throw BadInput(fmt::format("\"{}\" is no member of the value of a CPU", excerpt(name)),
                 {"it looks like {\"cpu\":0,\"value\":…}"});
}

/// The values of the members with these names in the object that is the whole text.
template <std::size_t count>
std::array<std::optional<std::string_view>, count> members(std::string_view object,
                                                           const std::string_view (&names)[count],
                                                           void (&refuse)(std::string_view)) {
  std::array<std::optional<std::string_view>, count> found;
  JsonScan scan(object);
  if (!scan.accept('{'))
    throw BadInput(fmt::format("'{}' is no JSON object", excerpt(object)),
                   {"an entry looks like {\"key\":…,\"value\":…}"});
  if (scan.peek() != '}') {
    do {
      const std::optional<std::string_view> name = scan.name();
      if (!name) throw BadInput(fmt::format("a \"name\": is missing {}", where(scan)));
      const std::string_view value = scan.value();
      if (value.empty())
        throw BadInput(fmt::format("the value of \"{}\" is missing, or its end", excerpt(*name)));
      const auto at = static_cast<std::size_t>(std::ranges::find(names, *name) - names);
      if (at == count) refuse(*name);
      if (std::exchange(found[at], value))
        throw BadInput(fmt::format("\"{}\" is given twice", *name));
    } while (scan.accept(','));
  }
  if (!scan.accept('}')) throw BadInput(fmt::format("a '}}' is missing {}", where(scan)));
  if (scan.peek() != '\0')
    throw BadInput(fmt::format("'{}' is left over after the object", excerpt(scan.rest())));
  return found;
}

/// Reads one element {"cpu":0,"value":…}.
void ObjectReader::add_slot(std::string_view json, std::vector<std::string>& slots) const {
  const auto [cpu, value] = members(json, {"cpu", "value"}, refuse_member_of_cpu);
  const auto number = cpu ? whole_number(*cpu) : std::nullopt;
  const auto place = number ? place_of_cpu(*number) : std::nullopt;
  if (!value || !place)
    throw BadInput(
        fmt::format("'{}' is not {{\"cpu\":N,\"value\":…}} of a possible CPU", excerpt(json)));
  std::string& slot = slots[*place];
  if (!slot.empty()) throw BadInput(fmt::format("the value of CPU {} is given twice", *number));
  std::string scratch;
  slot = text_of(*value, schema_.value.size, scratch);
}

/// Converts [{"cpu":0,"value":…},…] to [v0,v1,…] in the order of the CPUs.
std::string_view ObjectReader::values_of_cpus(std::string_view json) {
  if (!schema_.per_cpu)
    throw BadInput("\"values\" are of a per-CPU map, and this is none", {"use \"value\""});
  std::vector<std::string> slots(possible_cpus().size());
  JsonScan scan(json);
  if (scan.accept('[') && scan.peek() != ']') {
    do {
      add_slot(scan.value(), slots);
    } while (scan.accept(','));
  }
  if (!scan.accept(']') || scan.peek() != '\0')
    throw BadInput("\"values\" are no array of {\"cpu\":N,\"value\":…}");
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (slots[i].empty())
      throw BadInput(fmt::format("the value of CPU {} is missing", possible_cpus()[i]),
                     {"give one for each possible CPU, or one \"value\" for all"});
  return value_ = fmt::format("[{}]", fmt::join(slots, ","));
}

void ObjectReader::read(std::string_view object, RawEntry& entry) {
  if (is_header(object)) {
    entry.kind = RawEntry::Kind::header;
    entry.key = object;
    return;
  }
  // bpftool gives its interpretation of the bytes as "formatted".
  const auto [key, value, values, op, formatted] =
      members(object, {"key", "value", "values", "op", "formatted"}, refuse_member);
  if (!key) throw BadInput("the \"key\" is missing");
  if (formatted && !nlohmann::json::accept(*formatted))
    throw BadInput(fmt::format("\"formatted\" is no JSON: {}", excerpt(*formatted)));
  if (value && values) throw BadInput("\"value\" and \"values\" exclude each other");
  if (op && *op != "\"put\"" && *op != "\"del\"")
    throw BadInput(fmt::format("\"op\" is \"put\" or \"del\", not {}", excerpt(*op)));
  entry.kind = op == "\"del\"" ? RawEntry::Kind::erase : RawEntry::Kind::put;
  entry.key = text_of(*key, schema_.key.size, key_);
  entry.value.reset();
  if (values) entry.value = values_of_cpus(*values);
  if (value) entry.value = text_of(*value, schema_.value.size, value_);
}

class JsonLines final : public EntryFormat {
 public:
  JsonLines(Source& source, const Schema& schema) : source_(source), reader_(schema) {}

  bool next(RawEntry& entry) override {
    for (;;) {
      entry.line = source_.line();
      const std::optional<std::string_view> line = source_.next_line();
      if (!line) return false;
      const std::string_view object = trim(*line);
      if (object.empty() || object.starts_with('#')) continue;
      reader_.read(object, entry);
      return true;
    }
  }

 private:
  Source& source_;
  ObjectReader reader_;
};

/// Reads entries one at a time, because bpftool writes millions of them on one line.
class JsonArray final : public EntryFormat {
 public:
  JsonArray(Source& source, const Schema& schema) : source_(source), reader_(schema) {}

  bool next(RawEntry& entry) override {
    source_.consume(std::exchange(consumed_, 0));
    if (ended_) return false;
    peek();
    entry.line = source_.line();
    entry.number = number_ + 1;
    if (!find_element()) return false;
    ++number_;
    peek();
    entry.line = source_.line();
    const std::string_view element = whole_element();
    consumed_ = element.size();
    reader_.read(element, entry);
    return true;
  }

 private:
  /// Skips white space, reading more of the file if needed; returns NUL at its end.
  char peek() {
    for (;;) {
      JsonScan scan(source_.rest());
      const char c = scan.peek();
      source_.consume(scan.position());
      if (c != '\0' || !source_.read_more()) return c;
    }
  }

  bool take(char c) {
    if (peek() != c) return false;
    source_.consume(1);
    return true;
  }

  [[noreturn]] void fail(const std::string& message) {
    ended_ = true;
    throw BadInput(message, {"it has to be one array of objects: [{\"key\":…,\"value\":…},…]"});
  }

  /// Advances to the next element; returns false after the last.
  bool find_element() {
    const bool is_first = number_ == 0;
    if (is_first && !take('[')) fail("a '[' is missing at the beginning");
    const bool goes_on = is_first ? peek() != ']' : take(',');
    if (peek() == '\0') fail("the array ends early: there is no ']'");
    if (goes_on && peek() == ']') fail("an entry is missing after the last ','");
    if (goes_on) return true;
    if (!take(']')) fail(fmt::format("a ',' or ']' is missing after entry {}", number_));
    if (peek() != '\0')
      fail(fmt::format("'{}' is left over after the array", excerpt(source_.rest())));
    ended_ = true;
    return false;
  }

  std::string_view whole_element() {
    for (JsonEnd end;;) {
      if (const std::size_t size = end.find(source_.rest()).value_or(0))
        return source_.rest().substr(0, size);
      if (!source_.read_more()) fail("it has no end");
    }
  }

  Source& source_;
  ObjectReader reader_;
  std::size_t number_ = 0;
  std::size_t consumed_ = 0;  ///< length of the current element in rest()
  bool ended_ = false;
};

[[noreturn]] void refuse_member_of_line(std::string_view name) {
  throw BadInput(fmt::format("\"{}\" is no member of a line", excerpt(name)),
                 {"they are op, key, value, entries and revision"});
}

std::string_view without_quotes(std::string_view json) {
  const bool is_quoted = json.size() >= 2 && json.front() == '"' && json.back() == '"';
  return is_quoted ? json.substr(1, json.size() - 2) : json;
}

}  // namespace

ProtocolLine read_protocol_line(std::string_view text) {
  constexpr std::array<std::string_view, 6> steps{"put", "del", "begin", "end", "commit", "alive"};
  const auto [op, key, value, entries, revision] =
      members(text, {"op", "key", "value", "entries", "revision"}, refuse_member_of_line);
  ProtocolLine line{.op = op ? without_quotes(*op) : "put"};
  const auto* const step = std::ranges::find(steps, line.op);
  if (step == steps.end())
    throw BadInput(
        fmt::format("\"op\" is one of {}, not {}", fmt::join(steps, ", "), excerpt(line.op)));
  line.op = *step;
  const bool has_key = line.op == "put" || line.op == "del";
  if (has_key != key.has_value())
    throw BadInput(fmt::format("\"{}\" {} a \"key\"", line.op, has_key ? "needs" : "has no"));
  if ((line.op == "put") != value.has_value())
    throw BadInput(fmt::format("\"{}\" {} a \"value\"", line.op, value ? "has no" : "needs"));
  if (key) line.key = *key;
  if (value) line.value = *value;
  if (revision) line.revision = without_quotes(*revision);
  if (entries) line.entries = whole_number(without_quotes(*entries));
  return line;
}

std::unique_ptr<EntryFormat> make_jsonl_input(Source& source, const Schema& schema) {
  return std::make_unique<JsonLines>(source, schema);
}

std::unique_ptr<EntryFormat> make_json_input(Source& source, const Schema& schema) {
  return std::make_unique<JsonArray>(source, schema);
}

}  // namespace mapctl::cli
