#include "mapctl/text/expression.hpp"

#include <algorithm>
#include <vector>

#include "mapctl/error.hpp"
#include "text/query/expression_parser.hpp"

namespace mapctl {

Expression::Expression(const Schema& schema, std::span<const std::string> texts) {
  std::vector<Condition> parts;
  for (const std::string& text : texts) parts.push_back(parse_expression(schema, text));
  condition_ = [parts = std::move(parts)](EntryView entry) {
    return std::ranges::all_of(parts, [&](const Condition& part) { return part(entry); });
  };
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
