// Printed text reads back to the same bytes, for random layouts and bytes.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "mapctl/text/codec.hpp"
#include "support/layouts.hpp"

namespace mapctl::test {
namespace {

using namespace layouts;

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

 private:
  std::mt19937 engine_;
};

constexpr std::uint32_t integer_sizes[] = {1, 2, 4, 8, 16};
constexpr std::uint32_t odd_sizes[] = {1, 2, 3, 4, 6, 8, 12, 16, 17, 70};

Layout scalar(Dice& dice) {
  switch (dice.below(14)) {
    case 0:
      return unsigned_int(integer_sizes[dice.below(5)]);
    case 1:
      return signed_int(integer_sizes[dice.below(5)]);
    case 2:
      return of(Kind::big_endian, integer_sizes[1 + dice.below(3)]);
    case 3:
      return of(Kind::ipv4, 4);
    case 4:
      return of(Kind::ipv6, 16);
    case 5:
      return of(Kind::mac, 6);
    case 6:
      return action(integer_sizes[dice.below(4)]);
    case 7:
      return level(integer_sizes[dice.below(4)]);
    case 8:
      return of(Kind::boolean, 1);
    case 9:
      return of(Kind::floating, dice.one_in(2) ? 4 : 8);
    case 10:
      return of(Kind::pointer, 8);
    case 11:
      return of(Kind::text, odd_sizes[dice.below(10)]);
    case 12:
      return of(Kind::bytes, odd_sizes[dice.below(10)]);
    default:
      return of(Kind::untyped, odd_sizes[dice.below(10)]);
  }
}

Layout any_layout(Dice& dice, unsigned depth);

Layout bitfield_type(Dice& dice) {
  const std::uint32_t size = integer_sizes[dice.below(5)];
  switch (dice.below(5)) {
    case 0:
      return unsigned_int(size);
    case 1:
      return signed_int(size);
    case 2:
      return action();
    case 3:
      return level();
    default:
      return of(Kind::boolean, 1);
  }
}

Role any_role(Dice& dice) {
  constexpr Role roles[] = {Role::hidden, Role::counter, Role::ip_proto, Role::ip_port};
  return dice.one_in(4) ? roles[dice.below(4)] : Role::none;
}

/// The name is unique in the whole tree, because members of anonymous structs must be.
std::string new_name() {
  static unsigned count = 0;
  return "m" + std::to_string(++count);
}

class StructMaker {
 public:
  StructMaker(Dice& dice, unsigned depth) : dice_(dice), depth_(depth) {}

  Layout make() {
    const std::uint32_t count = 1 + dice_.below(5);
    for (std::uint32_t i = 0; i < count; ++i) add();
    if (dice_.one_in(3)) end_ += 8 * dice_.below(4);
    return structure((end_ + 7) / 8, std::move(members_));
  }

 private:
  void add() {
    if (dice_.one_in(3)) return add_bitfield();
    if (dice_.one_in(4)) end_ += 8 * dice_.below(4);
    end_ = (end_ + 7) / 8 * 8;
    Layout type = any_layout(dice_, depth_ + 1);
    const bool composite = type.kind == Kind::structure || type.kind == Kind::union_;
    const bool unnamed = composite && dice_.one_in(2);
    const std::uint32_t size = type.size;
    members_.push_back(at(end_ / 8, unnamed ? "" : new_name(), std::move(type),
                          unnamed ? Role::none : any_role(dice_)));
    end_ += size * 8;
  }

  void add_bitfield() {
    Layout type = bitfield_type(dice_);
    const std::uint32_t width = 1 + dice_.below(type.size * 8);
    members_.push_back(bits(end_, width, new_name(), std::move(type)));
    end_ += width;
  }

  Dice& dice_;
  unsigned depth_;
  std::uint32_t end_ = 0;  ///< bits
  std::vector<Member> members_;
};

Layout any_union(Dice& dice, unsigned depth) {
  std::vector<Member> arms;
  std::uint32_t size = 0;
  for (std::uint32_t i = 0; i < 1 + dice.below(3); ++i) {
    Layout type = any_layout(dice, depth + 1);
    const bool unnamed = type.kind == Kind::structure && dice.one_in(2);
    size = std::max(size, type.size);
    arms.push_back(at(0, unnamed ? "" : new_name(), type));
  }
  return union_of(size + dice.below(2), std::move(arms));
}

Layout any_layout(Dice& dice, unsigned depth) {
  const std::uint32_t choice = depth < 4 ? dice.below(10) : 0;
  if (choice < 5) return dice.one_in(12) ? of(Kind::reserved, 4) : scalar(dice);
  if (choice < 7) return array_of(any_layout(dice, depth + 1), dice.below(4));
  if (choice < 9) return StructMaker{dice, depth}.make();
  return any_union(dice, depth);
}

Bytes any_bytes(Dice& dice, std::size_t size) {
  Bytes bytes(size);
  if (dice.one_in(8)) return bytes;
  for (std::byte& byte : bytes) byte = dice.byte();
  return bytes;
}

template <typename Write>
std::string json_of(Write write) {
  std::string json;
  JsonWriter writer{json};
  write(writer);
  return json;
}

void expect_same(const Layout& layout, const Bytes& bytes, const std::string& text) {
  Bytes again(layout.size);
  ASSERT_NO_THROW(again = encode(layout, text)) << text;
  ASSERT_EQ(again, bytes) << text;
}

bool is_reserved(const Layout& layout) {
  return layout.kind == Kind::reserved ||
         (layout.kind == Kind::array && is_reserved(*layout.element));
}

TEST(CodecAtRandom, KeysReadBackByteForByteInBothForms) {
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Dice dice{seed};
    const Layout layout = any_layout(dice, 0);
    if (is_reserved(layout)) continue;
    for (int i = 0; i < 8; ++i) {
      const Bytes bytes = any_bytes(dice, layout.size);
      const std::string json = json_of([&](Writer& writer) { decode_key(layout, bytes, writer); });
      SCOPED_TRACE("seed " + std::to_string(seed));
      ASSERT_TRUE(nlohmann::json::accept(json)) << json;
      ASSERT_NO_FATAL_FAILURE(expect_same(layout, bytes, key_text_of(layout, bytes)));
      ASSERT_NO_FATAL_FAILURE(expect_same(layout, bytes, json));
    }
  }
}

TEST(CodecAtRandom, ValuesReadBackToTheSameText) {
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Dice dice{seed};
    const Layout layout = any_layout(dice, 0);
    if (is_reserved(layout)) continue;
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string text = text_of(layout, any_bytes(dice, layout.size));
    Bytes once;
    ASSERT_NO_THROW(once = encode(layout, text)) << text;
    // Bytes that were not printed are zero now, so from here on the comparison is exact.
    expect_same(layout, once, text_of(layout, once));
  }
}

TEST(CodecAtRandom, PerCpuValuesReadBackByteForByte) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    Dice dice{seed};
    const Layout layout = any_layout(dice, 2);
    if (is_reserved(layout) || layout.size == 0) continue;
    const std::size_t stride = (layout.size + 7) / 8 * 8;
    Bytes slots(2 * stride);
    for (std::size_t start : {std::size_t{0}, stride}) {
      // The bytes pass through encode, so that bytes that are not printed are zero.
      const Bytes value = encode(layout, text_of(layout, any_bytes(dice, layout.size)));
      std::copy(value.begin(), value.end(), slots.begin() + static_cast<std::ptrdiff_t>(start));
    }
    const std::string json = json_of([&](Writer& writer) {
      decode_per_cpu(layout, {0, 1}, slots, writer);
    });
    Bytes again(slots.size());
    ASSERT_NO_THROW(encode_per_cpu(layout, 2, json, again)) << json;
    ASSERT_EQ(again, slots) << json;
  }
}

Bytes any_prefix_key(Dice& dice, const Layout& layout) {
  Bytes key = any_bytes(dice, layout.size);
  const std::uint32_t length = dice.below(static_cast<std::uint32_t>(layout.size - 4) * 8 + 2);
  std::memcpy(key.data(), &length, sizeof length);
  if (dice.one_in(2))
    key[4] = static_cast<std::byte>((dice.one_in(2) ? 4 : 6) + (dice.one_in(2) ? 0x10 : 0));
  const std::size_t clear_from = 4 + dice.below(layout.size - 3);
  for (std::size_t i = clear_from; i < key.size(); ++i) key[i] = std::byte{0};
  return key;
}

TEST(CodecAtRandom, PrefixKeysReadBackByteForByteInBothForms) {
  Dice dice{1};
  for (const Layout& layout : {cidr4(), cidr6(), cidr4_struct(), rule_key(), cluster_key()}) {
    for (int i = 0; i < 5000; ++i) {
      const Bytes key = any_prefix_key(dice, layout);
      const std::string json = json_of([&](Writer& writer) { decode_key(layout, key, writer); });
      ASSERT_NO_FATAL_FAILURE(expect_same(layout, key, key_text_of(layout, key)));
      ASSERT_NO_FATAL_FAILURE(expect_same(layout, key, json));
    }
  }
}

TEST(CodecAtRandom, NoTextBreaksTheReader) {
  constexpr std::string_view letters = "{}[]\",:=\\u0axhe.-/ 1fromt";
  for (unsigned seed = 0; seed < 20000; ++seed) {
    Dice dice{seed};
    const Layout layout = seed % 4 == 0 ? rule_key() : any_layout(dice, 0);
    std::string text;
    const std::uint32_t length = dice.below(24);
    for (std::uint32_t i = 0; i < length; ++i) text += letters[dice.below(letters.size())];
    try {
      encode(layout, text);
    } catch (const BadInput& error) {
      ASSERT_STRNE(error.what(), "") << text;
    }
  }
}

}  // namespace
}  // namespace mapctl::test
