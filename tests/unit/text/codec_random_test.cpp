// Printed text reads back to the same bytes, for random layouts and bytes.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mapctl/text/codec.hpp"
#include "mapctl/text/type_text.hpp"
#include "support/random_layouts.hpp"

namespace mapctl::test {
namespace {

using namespace layouts;

void expect_same(const Layout& layout, const Bytes& bytes, const std::string& text) {
  Bytes again(layout.size);
  ASSERT_NO_THROW(again = encode(layout, text)) << text;
  ASSERT_EQ(again, bytes) << text;
}

TEST(CodecAtRandom, KeysReadBackByteForByteInBothForms) {
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Dice dice{seed};
    const Layout layout = any_layout(dice);
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
    const Layout layout = any_layout(dice);
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
    const std::size_t stride = per_cpu_stride(layout.size);
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

TEST(CodecAtRandom, PrefixKeysReadBackByteForByteInBothForms) {
  Dice dice{1};
  for (const Layout& layout :
       {cidr4(), cidr6(), parse_type("cidr"), cidr4_struct(), rule_key(), cluster_key()}) {
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
    const Layout layout = seed % 4 == 0 ? rule_key() : any_layout(dice);
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
