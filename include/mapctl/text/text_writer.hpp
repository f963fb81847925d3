#pragma once
// The plain text form: `10.0.0.0/8`, `action=drop,port=443`, `[1,2,3]`.

#include <string>

#include "mapctl/text/writer.hpp"

namespace mapctl {

/// Appends values to a string in the form that encode() reads. The outermost
/// struct stands without braces, inner ones with. A string that holds spaces,
/// commas, control characters, quotes or brackets is written as a JSON string.
class TextWriter final : public Writer {
 public:
  explicit TextWriter(std::string& out) : out_(out) {}

  void integer(std::int64_t value) override;
  void integer(std::uint64_t value) override;
  void number(std::string_view digits) override;
  void boolean(bool value) override;
  void word(std::string_view text) override;
  void string(std::string_view text) override;
  void null() override;
  void begin_struct() override;
  void member(std::string_view name) override;
  void end_struct() override;
  void begin_array() override;
  void element() override;
  void end_array() override;
  void begin_cpus() override;
  void cpu(unsigned id) override;
  void end_cpus() override;

 private:
  void separate();

  std::string& out_;
  unsigned depth_ = 0;  ///< open structs, arrays and CPU lists
  bool first_ = true;   ///< no comma due before the next member or element
};

}  // namespace mapctl
