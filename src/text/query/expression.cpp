// The grammar of expressions. comparison.hpp gives its parts their meaning.

#include "mapctl/text/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/json_string.hpp"
#include "text/literal/scalar.hpp"
#include "text/literal/text_cursor.hpp"
#include "text/query/comparison.hpp"

namespace mapctl {
namespace {

/// Limits nested parentheses and `not`: more would be a mistake, and would overflow the stack.
constexpr unsigned deepest = 100;

constexpr std::string_view example = "such as: packets > 100 and action = drop";

bool is_field_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '$';
}

bool starts_with_word(std::string_view text, std::string_view word) {
  return equal_ignoring_case(text.substr(0, word.size()), word) &&
         (text.size() == word.size() || !is_field_character(text[word.size()]));
}

/// Returns whether a test ends before this text. A word counts only where one can begin.
bool ends_test(std::string_view rest, bool is_begin_of_word) {
  if (rest.starts_with(')') || rest.starts_with("&&") || rest.starts_with("||")) return true;
  return is_begin_of_word && (starts_with_word(rest, "and") || starts_with_word(rest, "or"));
}

struct Symbol {
  std::string_view text;
  Comparator comparator;
};

/// A symbol comes before the shorter ones that it begins with.
constexpr Symbol symbols[] = {{"==", Comparator::equal},      {"!=", Comparator::not_equal},
                              {"<=", Comparator::less_equal}, {">=", Comparator::greater_equal},
                              {"=", Comparator::equal},       {"<", Comparator::less},
                              {">", Comparator::greater}};

Condition all_of(std::vector<Condition> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  return [parts = std::move(parts)](EntryView entry) {
    return std::ranges::all_of(parts, [&](const Condition& part) { return part(entry); });
  };
}

Condition any_of(std::vector<Condition> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  return [parts = std::move(parts)](EntryView entry) {
    return std::ranges::any_of(parts, [&](const Condition& part) { return part(entry); });
  };
}

/// Returns whether the constant is an address, for a field of untyped bytes.
bool looks_like_address(std::string_view text) {
  return !text.starts_with("hex:") && text.find_first_of(".:/") != std::string_view::npos;
}

/// Finds the end of a constant.
class ConstantScanner {
 public:
  ConstantScanner(std::string_view text, bool in_list)
      : text_(text),
        in_list_(in_list),
        has_brackets_(in_list || text.starts_with('[') || text.starts_with('{')) {}

  std::size_t end() {
    for (; at_ < text_.size(); ++at_) {
      if (skip_quoted()) continue;
      if (depth_ == 0 && ends_constant()) break;
      if (is_one_of(text_[at_], has_brackets_ ? "([{" : "("))
        ++depth_;
      else if (depth_ > 0 && is_one_of(text_[at_], has_brackets_ ? ")]}" : ")"))
        --depth_;
    }
    return at_;
  }

 private:
  static bool is_one_of(char c, std::string_view of) {
    return of.find(c) != std::string_view::npos;
  }

  /// A quote begins a JSON string only at the start of a value; elsewhere it is part of a text.
  bool skip_quoted() {
    if (text_[at_] != '"' || (at_ > 0 && !is_one_of(text_[at_ - 1], "=:,[{ "))) return false;
    const std::size_t length = quoted_length(text_.substr(at_));
    if (length == std::string_view::npos) return false;
    at_ += length - 1;
    return true;
  }

  bool ends_constant() const {
    if (in_list_) return is_one_of(text_[at_], ",]");
    return ends_test(text_.substr(at_), at_ == 0 || is_space(text_[at_ - 1]));
  }

  std::string_view text_;
  bool in_list_;
  bool has_brackets_;  ///< false: a bracket is part of a text
  std::size_t at_ = 0;
  unsigned depth_ = 0;
};

class Parser : Cursor {
 public:
  Parser(const Schema& schema, std::string_view text) : Cursor(text), schema_(schema) {}

  Condition parse() {
    Condition condition = alternatives();
    if (!at_end()) fail(fmt::format("{} is left over", quote(rest())));
    return condition;
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw BadInput(fmt::format("cannot read the expression {}: {}", quote(text_), reason),
                   {std::string{example}});
  }

  [[noreturn]] void missing(std::string_view what) {
    fail(fmt::format("{} is missing {}", what, where()));
  }

  bool accept(std::string_view symbol) {
    if (!rest().starts_with(symbol)) return false;
    at_ += symbol.size();
    return true;
  }

  bool accept_word(std::string_view word) {
    if (!starts_with_word(rest(), word)) return false;
    at_ += word.size();
    return true;
  }

  Condition alternatives() {
    std::vector<Condition> parts;
    do parts.push_back(conjunction());
    while (accept_word("or") || accept("||"));
    return any_of(std::move(parts));
  }

  Condition conjunction() {
    std::vector<Condition> parts;
    do parts.push_back(term());
    while (accept_word("and") || accept("&&"));
    return all_of(std::move(parts));
  }

  Condition term() {
    if (depth_ >= deepest) fail("it is nested too deeply");
    if (accept_word("not") || accept("!")) {
      ++depth_;
      Condition condition = term();
      --depth_;
      return [condition = std::move(condition)](EntryView entry) { return !condition(entry); };
    }
    if (!accept("(")) return test();
    ++depth_;
    Condition condition = alternatives();
    --depth_;
    if (!accept(")")) missing("a ')'");
    return condition;
  }

  std::string_view field() {
    const std::string_view from = rest();
    std::size_t end = 0;
    while (end < from.size() && (is_field_character(from[end]) || (end > 0 && from[end] == '['))) {
      if (from[end] == '[') end = std::min(from.find(']', end), from.size() - 1);
      ++end;
    }
    if (end == 0) missing("a field");
    at_ += end;
    return from.substr(0, end);
  }

  Condition test() {
    const Operand operand = find_operand(schema_, field());
    for (const Symbol& symbol : symbols)
      if (accept(symbol.text)) return compared_with(operand, symbol.comparator, constant(false));
    if (accept("~")) return fits_pattern(operand, unquoted(constant(false)));
    if (accept_word("in")) return membership(operand);
    if (!at_end() && !ends_test(rest(), true)) missing("one of =, !=, <, <=, >, >=, in, ~");
    return is_true(operand);
  }

  Condition membership(const Operand& operand) {
    const bool ranges = takes_ranges(operand);
    if (!accept("[")) {
      if (ranges) return within(operand, constant(false));
      throw BadInput(
          fmt::format("{}: in takes a list here, as the field is no address", operand.name),
          {fmt::format("such as {} in [A,B,C]", operand.name)});
    }
    std::vector<Condition> parts;
    do {
      const std::string text = constant(true);
      parts.push_back(ranges && (is_address(operand) || looks_like_address(text))
                          ? within(operand, text)
                          : compared_with(operand, Comparator::equal, text));
    } while (accept(","));
    if (!accept("]")) missing("a ']'");
    return any_of(std::move(parts));
  }

  /// The constant in the form that encode() reads: single quotes become a JSON string.
  std::string constant(bool in_list) {
    const std::string_view from = rest();
    if (from.starts_with('\'')) return in_single_quotes(from);
    const std::size_t end = ConstantScanner{from, in_list}.end();
    const std::string_view text = trim(from.substr(0, end));
    if (text.empty()) missing("a constant");
    at_ += end;
    return std::string{text};
  }

  std::string in_single_quotes(std::string_view from) {
    const std::size_t close = from.find('\'', 1);
    if (close == std::string_view::npos)
      fail(fmt::format("the quote in {} is not closed", excerpt(from)));
    at_ += close + 1;
    std::string text;
    append_json_string(text, from.substr(1, close - 1));
    return text;
  }

  static std::string unquoted(const std::string& text) {
    const ValuePath top;
    TextCursor in{text};
    std::string token{in.token(top).text};
    in.finish(top);
    return token;
  }

  const Schema& schema_;
  unsigned depth_ = 0;
};

}  // namespace

Expression::Expression(const Schema& schema, std::span<const std::string> texts) {
  std::vector<Condition> parts;
  for (const std::string& text : texts) parts.push_back(Parser{schema, text}.parse());
  condition_ = all_of(std::move(parts));
  if (!schema.per_cpu) return;
  value_ = schema.value.size;
  slot_ = per_cpu_stride(value_);
}

bool Expression::holds(EntryView entry) const {
  if (slot_ == 0) return condition_(entry);
  for (std::size_t at = 0; at < entry.value.size(); at += slot_)
    if (condition_({entry.key, entry.value.subspan(at, value_)})) return true;
  return false;
}

FieldOrder::FieldOrder(const Schema& schema, std::string_view field)
    : largest_first_(field.starts_with('-')) {
  if (largest_first_) field.remove_prefix(1);
  const Operand operand = find_operand(schema, field);
  if (schema.per_cpu && !operand.slice.in_key)
    throw BadInput(
        operand.name + ": each CPU has a value of its own, and none of them is the entry's",
        {{"add them up", Remedy::sum_cpus}});
  order_ = order_by(operand);
}

std::weak_ordering FieldOrder::compare(EntryView a, EntryView b) const {
  const std::partial_ordering order = largest_first_ ? order_(b, a) : order_(a, b);
  if (order < 0) return std::weak_ordering::less;
  if (order > 0) return std::weak_ordering::greater;
  if (order == 0) return std::weak_ordering::equivalent;
  // NaN is the only value that is not equal to itself.
  const bool a_is_number = order_(a, a) == 0;
  const bool b_is_number = order_(b, b) == 0;
  return b_is_number <=> a_is_number;
}

}  // namespace mapctl
