#pragma once
// Entries chosen and ordered by what their fields mean: `packets > 100 and action = drop`.

#include <compare>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "mapctl/text/entry_view.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

/// A condition on entries. Its text is read once; then any number of entries can be asked.
///
///     FIELD = CONSTANT       also ==, !=, <, <=, >, >=
///     FIELD in 10.0.0.0/8    of addresses and keys of LPM tries: lies within
///     FIELD in [a,b,c]       is one of these
///     FIELD ~ PATTERN        its text fits, with *, ? and [a-z] as in a shell
///     FIELD                  of type bool: is not false
///     not E, E and E, E or E, (E)
///
/// FIELD is `key`, `value`, a member of one of them (`key.port`, `value.a.b`, `value.list[2]`), or
/// only the member's name if just one of them has it. CONSTANT is a text that encode() takes for
/// that field; for an integer it may also be a size (`10k`, `1Gi`), a duration (`5m`), or a time
/// (`now - 10m`) in the unit in which the field's name ends. It ends before `and`, `or` or a
/// closing parenthesis; a constant that contains such a word needs quotes.
class Expression {
 public:
  /// All of the texts have to hold. Throws BadInput, naming the field, if one cannot
  /// be read.
  Expression(const Schema& schema, std::span<const std::string> texts);

  /// The value of a per-CPU map is one slot for each CPU; the condition holds if it holds for the
  /// key and the value of any one CPU.
  bool holds(EntryView entry) const;

 private:
  std::function<bool(EntryView)> condition_;
  std::size_t slot_ = 0;   ///< bytes of each CPU's part of a value; 0: values are whole
  std::size_t value_ = 0;  ///< bytes of the slot that are the value
};

/// An order of entries by one field.
class FieldOrder {
 public:
  /// The name of a field as in an expression; a leading `-` puts the largest first. Throws BadInput
  /// if there is no such field, and if values of its type have no order.
  FieldOrder(const Schema& schema, std::string_view field);

  /// Less: `a` comes first. NaN comes last in either direction.
  std::weak_ordering compare(EntryView a, EntryView b) const;

 private:
  std::function<std::partial_ordering(EntryView, EntryView)> order_;
  bool largest_first_ = false;
};

}  // namespace mapctl
