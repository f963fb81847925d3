#include "support/random_layouts.hpp"

#include <algorithm>
#include <cstring>

namespace mapctl::test {

using namespace layouts;

namespace {

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
    members_.push_back(at(end_ / 8, unnamed ? "" : dice_.new_name(), std::move(type),
                          unnamed ? Role::none : any_role(dice_)));
    end_ += size * 8;
  }

  void add_bitfield() {
    Layout type = bitfield_type(dice_);
    const std::uint32_t width = 1 + dice_.below(type.size * 8);
    members_.push_back(bits(end_, width, dice_.new_name(), std::move(type)));
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
    arms.push_back(at(0, unnamed ? "" : dice.new_name(), type));
  }
  return union_of(size + dice.below(2), std::move(arms));
}

}  // namespace

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

bool is_reserved(const Layout& layout) {
  return layout.kind == Kind::reserved ||
         (layout.kind == Kind::array && is_reserved(*layout.element));
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

}  // namespace mapctl::test
