#include "cli/call/bpftool_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <span>

#include "cli/naming/map_ref.hpp"
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
std::optional<std::uint32_t> c_number(std::string_view digits, int base = 10) {
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    digits.remove_prefix(2);
    base = 16;
  } else if (base == 10 && digits.size() > 1 && digits.starts_with('0')) {
    base = 8;
  }
  std::uint32_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, base);
  return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

/// Reads `[hex] BYTES`.
std::string take_bytes(Cursor& cursor) {
  constexpr std::string_view digits = "0123456789abcdef";
  const int base = cursor.take("hex") ? 16 : 10;
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

// ---- one function for each form of call ----

using Form = Respelled (*)(std::string_view command, Cursor& cursor);

Respelled map_alone(std::string_view command, Cursor& cursor) {
  return {std::string{command}, {take_reference(cursor)}};
}

Respelled listed(std::string_view /*command*/, Cursor& cursor) {
  return {"show", {take_reference(cursor)}};
}

Respelled pinned(std::string_view command, Cursor& cursor) {
  Respelled call = map_alone(command, cursor);
  call.words.push_back(cursor.next("the path of the pin"));
  return call;
}

Respelled with_key(std::string_view command, Cursor& cursor) {
  Respelled call = map_alone(command, cursor);
  if (cursor.take("key")) call.words.push_back(take_bytes(cursor));
  return call;
}

/// A queue has no keys: a lookup becomes a peek.
Respelled looked_up(std::string_view command, Cursor& cursor) {
  Respelled call = with_key(command, cursor);
  if (call.words.size() == 1) call.command = "peek";
  return call;
}

Respelled with_value(std::string_view command, Cursor& cursor) {
  Respelled call = map_alone(command, cursor);
  if (!cursor.take("value")) cursor.fail("the word 'value' is missing");
  call.words.push_back(take_value(cursor));
  return call;
}

/// A queue has no keys: an update becomes a push.
Respelled with_key_and_value(std::string_view command, Cursor& cursor) {
  Respelled call = map_alone(command, cursor);
  if (cursor.take("key"))
    call.words.push_back(take_bytes(cursor));
  else
    call.command = "push";
  if (!cursor.take("value")) cursor.fail("the word 'value' is missing");
  call.words.push_back(take_value(cursor));
  if (cursor.take("noexist"))
    call.words.emplace_back("--create");
  else if (cursor.take("exist"))
    call.words.emplace_back("--update");
  else
    cursor.take("any");
  return call;
}

Respelled with_events(std::string_view command, Cursor& cursor) {
  Respelled call = map_alone(command, cursor);
  if (cursor.is_at("cpu") || cursor.is_at("index"))
    cursor.fail("events come from all CPUs, not from one");
  return call;
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
Respelled created(std::string_view command, Cursor& cursor) {
  Respelled call{std::string{command}, {cursor.next("the path of the pin")}};
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
    call.words.emplace_back(property->option);
    call.words.push_back(std::move(argument));
  }
  return call;
}

struct Verb {
  std::string_view name;
  Form form;
};

constexpr std::array verbs{
    Verb{"show", map_alone},
    Verb{"list", listed},
    Verb{"ls", listed},
    Verb{"create", created},
    Verb{"dump", map_alone},
    Verb{"update", with_key_and_value},
    Verb{"put", with_key_and_value},
    Verb{"lookup", looked_up},
    Verb{"get", looked_up},
    Verb{"getnext", with_key},
    Verb{"next", with_key},
    Verb{"delete", with_key},
    Verb{"del", with_key},
    Verb{"rm", with_key},
    Verb{"pin", pinned},
    Verb{"event_pipe", with_events},
    Verb{"events", with_events},
    Verb{"peek", map_alone},
    Verb{"push", with_value},
    Verb{"enqueue", with_value},
    Verb{"pop", with_key},
    Verb{"dequeue", with_key},
    Verb{"freeze", map_alone},
    Verb{"keys", map_alone},
    Verb{"count", map_alone},
    Verb{"cat", map_alone},
};

/// `get id 10` has two meanings: the map with id 10, or the key 10 of a map called id.
bool is_pin(const std::string& name) {
  std::error_code ignored;
  return std::filesystem::exists(pin_path(name), ignored);
}

/// Returns true if the arguments can only be bpftool's, or are more likely bpftool's.
bool is_bpftools(Form form, std::span<const std::string> words) {
  if (words.size() < 2) return false;
  if (form == created) return find_property(words[1]) != nullptr || words[1] == "dev";
  if (!is_one_of(words[0], ways_to_name)) return false;
  if (form == map_alone || form == listed || form == with_events) return true;
  if (form == pinned) return words.size() > 2;
  if (words.size() > 3) return words[2] == "key" || words[2] == "value";
  return (form == with_key || form == looked_up) && words.size() == 2 && !is_pin(words[0]);
}

}  // namespace

std::optional<Respelled> from_bpftool(const std::string& command, const Arguments& words) {
  const auto* const verb = std::ranges::find(verbs, command, &Verb::name);
  const auto first = first_word(words);
  if (verb == verbs.end() || !first) return std::nullopt;
  const auto begin = words.begin() + static_cast<std::ptrdiff_t>(*first);
  const auto end = std::find_if_not(begin, words.end(), is_argument);
  const std::span<const std::string> arguments(begin, end);
  if (!is_bpftools(verb->form, arguments)) return std::nullopt;

  Cursor cursor(command, arguments);
  Respelled call = verb->form(command, cursor);
  cursor.expect_end();
  call.words.insert(call.words.begin(), words.begin(), begin);
  call.words.insert(call.words.end(), end, words.end());
  return call;
}

}  // namespace mapctl::cli
