#include "cli/call/bpftool_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <span>

#include "cli/naming/map_ref.hpp"
#include "cli/options/option.hpp"
#include "cli/session/failure.hpp"

namespace mapctl::cli {

namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 3> ways_to_name = {"id", "pinned", "name"};
constexpr std::array<std::string_view, 5> ends_of_bytes = {"key", "value", "any", "exist",
                                                           "noexist"};

bool is_one_of(std::string_view word, Names names) {
  return std::ranges::find(names, word) != names.end();
}

/// Reads the arguments of a call from the first to the last.
class Cursor {
 public:
  Cursor(std::string_view command, std::span<const std::string> words)
      : command_(command), words_(words) {}

  bool at_end() const { return words_.empty(); }
  bool is_at(std::string_view word) const { return !at_end() && words_.front() == word; }
  bool is_at(Names names) const { return !at_end() && is_one_of(words_.front(), names); }

  bool take(std::string_view word) {
    if (!is_at(word)) return false;
    words_ = words_.subspan(1);
    return true;
  }

  /// `what` names the missing argument for the message.
  const std::string& next(std::string_view what) {
    if (at_end()) fail(fmt::format("{} is missing", what));
    const std::string& word = words_.front();
    words_ = words_.subspan(1);
    return word;
  }

  void expect_end() const {
    if (!at_end()) fail(fmt::format("'{}' is one word too many", words_.front()));
  }

  [[noreturn]] void fail(const std::string& reason) const {
    throw usage_error(fmt::format("{}: {}", command_, reason),
                      {"in bpftool's words: MAP key [hex] BYTES value [hex] BYTES; MAP is id N, "
                       "pinned PATH or name NAME",
                       fmt::format("in mapctl's own: mapctl help {}", command_)});
  }

 private:
  std::string_view command_;
  std::span<const std::string> words_;
};

/// Reads `id 10`, `pinned PATH` or `name NAME`.
std::string take_reference(Cursor& cursor) {
  if (cursor.take("id")) return "id:" + cursor.next("the id");
  if (cursor.take("name")) return "name:" + cursor.next("the name");
  if (!cursor.take("pinned")) cursor.fail("a map is named by id N, pinned PATH or name NAME");
  const std::string& path = cursor.next("the path");
  return path.starts_with('/') ? path : "./" + path;
}

/// Reads a number in C notation, or in the given base.
std::optional<std::uint32_t> c_number(const std::string& digits, int base = 0) {
  if (digits.empty() || std::isxdigit(static_cast<unsigned char>(digits.front())) == 0)
    return std::nullopt;  // a sign or white space
  char* end = nullptr;
  const unsigned long long number = std::strtoull(digits.c_str(), &end, base);
  const bool is_number = end == digits.c_str() + digits.size() && number <= 0xffffffff;
  return is_number ? std::optional{static_cast<std::uint32_t>(number)} : std::nullopt;
}

/// Reads `[hex] BYTES`.
std::string take_bytes(Cursor& cursor) {
  constexpr std::string_view digits = "0123456789abcdef";
  const int base = cursor.take("hex") ? 16 : 0;
  std::string text = "hex:";
  do {
    const std::string& word = cursor.next("a byte");
    const auto byte = c_number(word, base);
    if (!byte || *byte > 0xff)
      cursor.fail(
          fmt::format("'{}' is not a byte: 0 to 255, 0x00 to 0xff, or after hex 00 to ff", word));
    text += digits[*byte >> 4];
    text += digits[*byte & 0xf];
  } while (!cursor.at_end() && !cursor.is_at(ends_of_bytes));
  return text;
}

/// Reads bytes, or a reference to a map or program.
std::string take_value(Cursor& cursor) {
  if (cursor.is_at("tag")) cursor.fail("tags do not name programs here: use id N or pinned PATH");
  return cursor.is_at(ways_to_name) ? take_reference(cursor) : take_bytes(cursor);
}

void take_update_mode(Cursor& cursor, Arguments& words) {
  if (cursor.take("noexist"))
    words.emplace_back("--create");
  else if (cursor.take("exist"))
    words.emplace_back("--update");
  else
    cursor.take("any");
}

/// A keyword of bpftool for a property of a new map, and the option of mapctl for it.
struct Property {
  std::string_view word;
  std::string_view option;
  bool is_number = false;
};

constexpr std::array properties{Property{"type", "-t"},          Property{"key", "-k", true},
                                Property{"value", "-v", true},   Property{"entries", "-m", true},
                                Property{"name", "--name"},      Property{"flags", "--flags", true},
                                Property{"inner_map", "--inner"}};

const Property* find_property(std::string_view word) {
  const auto* const found = std::ranges::find(properties, word, &Property::word);
  return found == properties.end() ? nullptr : found;
}

/// Reads `FILE type TYPE key SIZE value SIZE entries MAX name NAME …`.
Arguments take_new_map(Cursor& cursor) {
  Arguments words{cursor.next("the path of the pin")};
  while (!cursor.at_end()) {
    const std::string& word = cursor.next("a property");
    if (word == "dev") cursor.fail("maps in the memory of a network device are not supported");
    const Property* const property = find_property(word);
    if (property == nullptr) cursor.fail(fmt::format("'{}' is not a property of a map", word));
    std::string argument =
        word == "inner_map" ? take_reference(cursor) : cursor.next("what follows " + word);
    if (const auto number = c_number(argument); property->is_number && number)
      argument = std::to_string(*number);
    // For queues, which have no keys, bpftool takes a size of 0.
    if ((word == "key" || word == "value") && argument == "0") continue;
    words.emplace_back(property->option);
    words.push_back(std::move(argument));
  }
  return words;
}

/// A command of bpftool, and what follows the map in its calls.
struct Verb {
  std::string_view names;
  bool key = false;     ///< `key BYTES` may follow
  bool value = false;   ///< `value BYTES` follows
  bool path = false;    ///< the path of a pin follows
  bool events = false;  ///< bpftool lets `cpu N` or `index N` follow
  bool is_new = false;  ///< there is no map yet: its path and properties follow
  /// The command if it is another one without a key: queues have none.
  std::string_view without_key{};
};

constexpr Verb verbs[] = {
    {.names = "show,dump,peek,freeze,keys,count,cat"},
    {.names = "list,ls", .without_key = "show"},
    {.names = "event_pipe,events", .events = true},
    {.names = "pin", .path = true},
    {.names = "lookup,get", .key = true, .without_key = "peek"},
    {.names = "getnext,next,delete,del,rm,pop,dequeue", .key = true},
    {.names = "push,enqueue", .value = true},
    {.names = "update,put", .key = true, .value = true, .without_key = "push"},
    {.names = "create", .is_new = true},
};

Respelled respell(const Verb& verb, std::string command, Cursor& cursor) {
  if (verb.is_new) return {std::move(command), take_new_map(cursor)};
  Respelled call{std::move(command), {take_reference(cursor)}};
  if (verb.path) call.words.push_back(cursor.next("the path of the pin"));
  if (verb.events && (cursor.is_at("cpu") || cursor.is_at("index")))
    cursor.fail("events come from all CPUs, not from one");
  if (verb.key && cursor.take("key"))
    call.words.push_back(take_bytes(cursor));
  else if (!verb.without_key.empty())
    call.command = verb.without_key;
  if (!verb.value) return call;
  if (!cursor.take("value")) cursor.fail("the word 'value' is missing");
  call.words.push_back(take_value(cursor));
  if (verb.key) take_update_mode(cursor, call.words);
  return call;
}

/// `get id 10` has two meanings: the map with id 10, or the key 10 of a map called id.
bool is_pin(const std::string& name) {
  std::error_code ignored;
  return std::filesystem::exists(pin_path(name), ignored);
}

/// Returns true if the arguments can only be bpftool's, or are more likely bpftool's.
bool is_bpftools(const Verb& verb, std::span<const std::string> words) {
  if (words.size() < 2) return false;
  if (verb.is_new) return find_property(words[1]) != nullptr || words[1] == "dev";
  if (!is_one_of(words[0], ways_to_name)) return false;
  if (verb.path) return words.size() > 2;
  if (!verb.key && !verb.value) return true;
  if (words.size() > 3) return words[2] == "key" || words[2] == "value";
  return !verb.value && words.size() == 2 && !is_pin(words[0]);
}

}  // namespace

std::optional<Respelled> from_bpftool(const std::string& command, const Arguments& words) {
  const auto first = first_word(words);
  // A batch calls this for each line, so the cheapest check comes first.
  if (!first || !(is_one_of(words[*first], ways_to_name) || command == "create"))
    return std::nullopt;
  const auto* const verb = std::ranges::find_if(
      verbs, [&](const Verb& each) { return contains_name(each.names, command); });
  if (verb == std::end(verbs)) return std::nullopt;
  const auto begin = words.begin() + static_cast<std::ptrdiff_t>(*first);
  const auto end = std::find_if_not(begin, words.end(), is_argument);
  const std::span<const std::string> arguments(begin, end);
  if (!is_bpftools(*verb, arguments)) return std::nullopt;

  Cursor cursor(command, arguments);
  Respelled call = respell(*verb, command, cursor);
  cursor.expect_end();
  call.words.insert(call.words.begin(), words.begin(), begin);
  call.words.insert(call.words.end(), end, words.end());
  return call;
}

}  // namespace mapctl::cli
