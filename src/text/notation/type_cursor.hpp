#pragma once
// The small parts that types are written with: words, numbers and names.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/error.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl {

class TypeCursor : public Cursor {
 public:
  using Cursor::Cursor;

  /// Throws BadInput that names the text around the cursor.
  [[noreturn]] void fail(const std::string& reason, std::vector<Remedy> fix = {}) const;

  void expect(char c, std::string_view where);

  /// Accepts the character only if no white space stands before it.
  bool accept_at_once(char c);

  /// Reads letters, digits and underscores; empty if there are none.
  std::string_view word();

  /// `what` says what the number is, for messages.
  std::uint32_t number(std::string_view what, std::uint32_t limit);

  /// Accepts the @ of an offset or size, but not the @ of a role.
  bool accept_place();

  /// Refuses a name that the kernel would not accept: only those of C are valid.
  void check_name(std::string_view name) const;

 private:
  std::string surroundings() const;
};

}  // namespace mapctl
