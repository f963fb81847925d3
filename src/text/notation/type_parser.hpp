#pragma once
// Reads one type by recursive descent; every failure names the text around it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/error.hpp"
#include "mapctl/text/type_text.hpp"
#include "text/literal/scalar.hpp"

namespace mapctl {

class TypeParser {
 public:
  TypeParser(std::string_view text, const FindType& find) : text_(text), find_(find) {}

  Layout whole();

 private:
  [[noreturn]] void fail(const std::string& reason, std::vector<Remedy> fix = {}) const;
  std::string surroundings() const;

  void skip_space();
  char peek();
  bool take(char c);
  void expect(char c, std::string_view where);
  std::string_view word();
  std::string_view rest() const { return text_.substr(at_); }
  std::uint32_t number(std::string_view what, std::uint32_t limit);
  std::string identifier(std::string name) const;

  Layout type(unsigned depth);
  Layout array_of(Layout element, std::uint32_t count);
  Layout base(unsigned depth);
  Layout braced(std::string_view tag, std::string name, unsigned depth);
  Layout c_type(std::string name);
  [[noreturn]] void unknown(std::string_view name) const;

  // type_parser_members.cpp
  Layout composite(Kind kind, std::string name, unsigned depth);
  Member member(const Layout& parent, unsigned depth, std::uint64_t bits);
  void check_names(const Layout& parent, const Member& member) const;
  std::string member_name();
  std::uint32_t bit_size(const Layout& type);
  bool takes_place();
  std::uint64_t offset(std::uint64_t bits);
  std::uint32_t size(std::uint64_t bits);
  Role role();
  Layout enumeration(std::string_view kind, const std::string& name);
  std::uint32_t enum_size(std::string_view kind) const;
  std::string enumerator_name(const Layout& layout);
  Number enum_number(const std::string& name);
  std::uint64_t enum_value(const Layout& layout, const std::string& name,
                           const Number& number) const;

  std::string_view text_;
  const FindType& find_;
  std::size_t at_ = 0;
  bool is_char_ = false;  ///< the base type was `char`, which only makes sense as char[N]
};

}  // namespace mapctl
