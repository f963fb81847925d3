#include "text/layout/value_mask.hpp"

#include <gtest/gtest.h>

#include "mapctl/text/codec.hpp"
#include "mapctl/text/type_text.hpp"

namespace mapctl::test {
namespace {

std::string bits(const Bytes& mask) {
  std::string text;
  for (const std::byte byte : mask) text += byte == std::byte{0} ? '0' : '1';
  return text;
}

TEST(ValueMask, SeesNeitherPaddingNorWhatIsHidden) {
  const Layout layout = parse_type("{a:u8,b:u16@hidden,c:u16@counter}@8");
  EXPECT_EQ(bits(seen_bits(layout)), "10001100");
  EXPECT_EQ(bits(counter_bits(layout)), "00001100");
}

TEST(ValueMask, SeesAllOfAUnion) {
  const Layout layout = parse_type("{a:u8,u@4:union{pair:{x:u8,y:u16@counter},z:u8}}");
  EXPECT_EQ(bits(seen_bits(layout)), "10001111");
  EXPECT_EQ(bits(counter_bits(layout)), "00000011");
}

TEST(ValueMask, FindsTheCountersThatATextLeavesOut) {
  const Layout layout = parse_type("{a:u8,b:u8@counter,c:u8@counter}");
  const auto write = [&](Bytes& bytes) { encode(layout, "a=255,b=7", bytes); };
  Bytes over_zeros(layout.size);
  write(over_zeros);
  Bytes mask;
  find_left_out(over_zeros, mask, write);
  EXPECT_EQ(bits(mask), "001");
}

}  // namespace
}  // namespace mapctl::test
