#include "cli/entry/number_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "map/error/printable.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

std::optional<Member> member_of(const Schema& schema, const Column& column) {
  if (column.field.empty()) return std::nullopt;
  const auto found = find_field(schema.value, column.field);
  return found ? std::optional{*found->member} : std::nullopt;
}

Layout layout_of(const Schema& schema, const Column& column) {
  const std::optional<Member> member = member_of(schema, column);
  return member ? member->type : schema.value;
}

bool is_number(const Layout& layout) {
  return layout.kind == Kind::integer || layout.kind == Kind::big_endian ||
         layout.kind == Kind::floating || (layout.kind == Kind::untyped && layout.size <= 8);
}

void refuse_field(std::string_view option, std::string_view field,
                  const std::vector<std::string>& known) {
  std::vector<Remedy> fix;
  if (!field.empty()) fix = suggestion(field, known);
  if (!known.empty())
    fix.push_back(fmt::format("columns of numbers are {}", fmt::join(known, ", ")));
  throw BadInput(field.empty() ? "which numbers to count cannot be told from the types of the map"
                               : fmt::format("{}: its values have no column of numbers called {}",
                                             option, excerpt(field)),
                 std::move(fix));
}

}  // namespace mapctl::cli
