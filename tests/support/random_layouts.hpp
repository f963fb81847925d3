#pragma once
// Layouts, bytes and texts at random, for tests of what holds for all of them.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "support/layouts.hpp"

namespace mapctl::test {

/// The minimum that a JSON format has to do.
class JsonWriter final : public Writer {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void integer(std::int64_t value) override { out_ += std::to_string(value); }
  void integer(std::uint64_t value) override { out_ += std::to_string(value); }
  void number(std::string_view digits) override { out_ += digits; }
  void boolean(bool value) override { out_ += value ? "true" : "false"; }
  void word(std::string_view text) override { string(text); }
  void string(std::string_view text) override { out_ += nlohmann::json(text).dump(); }
  void null() override { out_ += "null"; }
  void begin_struct() override { open('{'); }
  void member(std::string_view name) override {
    comma();
    string(name);
    out_ += ':';
  }
  void end_struct() override { close('}'); }
  void begin_array() override { open('['); }
  void element() override { comma(); }
  void end_array() override { close(']'); }
  void begin_cpus() override { open('['); }
  void cpu(unsigned) override { comma(); }
  void end_cpus() override { close(']'); }

 private:
  void open(char bracket) {
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  void comma() {
    if (!first_) out_ += ',';
    first_ = false;
  }

  std::string& out_;
  bool first_ = true;
};

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}

  std::uint32_t below(std::uint32_t limit) {
    return std::uniform_int_distribution<std::uint32_t>{0, limit - 1}(engine_);
  }

  bool one_in(std::uint32_t n) { return below(n) == 0; }

  /// Produces zeros, ones and letters more often than by chance.
  std::byte byte() {
    switch (below(5)) {
      case 0:
        return std::byte{0};
      case 1:
        return std::byte{0xff};
      case 2:
        return static_cast<std::byte>(below(3));
      case 3:
        return static_cast<std::byte>(' ' + below(95));
      default:
        return static_cast<std::byte>(below(256));
    }
  }

  /// The name is unique in the whole tree, because members of anonymous structs must be.
  std::string new_name() { return "m" + std::to_string(++names_); }

 private:
  std::mt19937 engine_;
  unsigned names_ = 0;
};

/// A layout of any kind, at most five levels deep. The names of its members are unique.
Layout any_layout(Dice& dice, unsigned depth = 0);

/// True if the layout has no text: it is the kernel's own.
bool is_reserved(const Layout& layout);

/// Bytes of which many are zeros, ones or letters.
Bytes any_bytes(Dice& dice, std::size_t size);

/// Bytes of which most are a valid prefix of such a key.
Bytes any_prefix_key(Dice& dice, const Layout& layout);

/// What `write` writes, as JSON.
template <typename Write>
std::string json_of(Write write) {
  std::string json;
  JsonWriter writer{json};
  write(writer);
  return json;
}

}  // namespace mapctl::test
