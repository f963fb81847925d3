#include "text/notation/type_cursor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "map/error/printable.hpp"

namespace mapctl {
namespace {

/// The kernel's KSYM_NAME_LEN without the NUL; newer kernels take more.
constexpr std::size_t longest_name = 127;

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

void TypeCursor::fail(const std::string& reason, std::vector<Remedy> fix) const {
  if (fix.empty())
    fix.emplace_back(
        "types look like u32, ipv4, cidr4, char[16], u16[4], {name:TYPE,…}, or a size in bytes");
  throw BadInput(fmt::format("cannot read the type '{}': {}", surroundings(), reason),
                 std::move(fix));
}

/// The whole type, or the last part read of a long one.
std::string TypeCursor::surroundings() const {
  constexpr std::size_t before = 30;
  const std::size_t from = text_.size() > 2 * before && at_ > before ? at_ - before : 0;
  return (from > 0 ? "…" : "") + excerpt(text_.substr(from));
}

void TypeCursor::expect(char c, std::string_view where) {
  if (!accept(c)) fail(fmt::format("expected '{}' {}", c, where));
}

bool TypeCursor::accept_at_once(char c) {
  return at_ < text_.size() && text_[at_] == c && accept(c);
}

std::string_view TypeCursor::word() {
  const std::string_view from = rest();
  const auto* const end = std::ranges::find_if_not(from, is_word);
  const std::string_view word = from.substr(0, static_cast<std::size_t>(end - from.begin()));
  at_ += word.size();
  return word;
}

std::uint32_t TypeCursor::number(std::string_view what, std::uint32_t limit) {
  const std::string_view digits = word();
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || end != digits.data() + digits.size())
    fail(fmt::format("{} is not {}", quote(digits), what));
  if (error != std::errc{} || value > limit)
    fail(fmt::format("{} is over {}", excerpt(digits), limit));
  return value;
}

bool TypeCursor::accept_place() {
  const std::string_view from = rest();
  return from.size() > 1 && is_digit(from[1]) && accept('@');
}

void TypeCursor::check_name(std::string_view name) const {
  if (is_digit(name.front())) fail(quote(name) + " is not a name: names do not begin with a digit");
  if (name.size() > longest_name)
    fail(fmt::format("{} has more than {} characters", quote(name), longest_name));
}

}  // namespace mapctl
