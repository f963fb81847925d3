// Types: as text, as BTF, and in object files.

#include <bpf/btf.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "fuzz/targets.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/object_types.hpp"
#include "mapctl/text/type_text.hpp"
#include "support/btf_builder.hpp"
#include "support/random_layouts.hpp"

namespace mapctl::test {

namespace {

/// Whatever describes a type: its bytes can be printed, and keys read back exactly.
void check_usable(const Layout& layout) {
  constexpr std::uint32_t most = 4096;
  if (layout.size > most || layout.kind == Kind::reserved) return;
  Bytes bytes(layout.size, std::byte{0x41});
  text_of(layout, bytes);
  const std::string key = key_text_of(layout, bytes);
  if (!is_reserved(layout)) require(encode(layout, key) == bytes, "a key reads back", key);
}

/// The members of a layout, at any depth.
std::size_t count_members(const Layout& layout) {
  std::size_t count = layout.members.size();
  if (layout.element) count += count_members(*layout.element);
  for (const Member& member : layout.members) count += count_members(member.type);
  return count;
}

void check_layouts(const btf& types) {
  constexpr std::uint32_t most = 8;
  constexpr std::size_t many = 1000;  // one layout with so many takes time enough
  for (std::uint32_t id = 1; id < std::min(btf__type_cnt(&types), most); ++id) {
    if (size_of(types, id) == 0) continue;
    const Layout layout = layout_of(types, id);
    require(layout.size == size_of(types, id), "a layout has its type's size");
    check_usable(layout);
    exact_type_text(layout);
    if (count_members(layout) > many) return;
  }
}

}  // namespace

void fuzz_type(std::string_view input) {
  Layout layout;
  if (!accepts([&] { layout = parse_type(input); })) return;
  const std::string text = type_text(layout);
  accepts([&] {  // arrays and enums of nothing have no text
    const std::string again = type_text(parse_type(text));
    require(again == text, "a type's text means the same type", again, text);
  });
  if (const auto exact = exact_type_text(layout)) {
    const auto again = exact_type_text(parse_type(*exact));
    require(again == exact, "a type's exact text means the same type", again.value_or("nothing"),
            *exact);
  }
  check_usable(layout);
}

void fuzz_btf(std::string_view input) {
  const std::unique_ptr<btf, decltype(&btf__free)> types(
      btf__new(input.data(), static_cast<std::uint32_t>(input.size())), btf__free);
  if (types) check_layouts(*types);
}

/// Every two bytes add a type or a member that refers to any type, later ones included.
void fuzz_types(std::string_view input) {
  TestBtf types;
  const auto next = [&] {
    const unsigned byte = input.empty() ? 0 : static_cast<unsigned char>(input[0]);
    if (!input.empty()) input.remove_prefix(1);
    return byte;
  };
  const char* const names[] = {"", "a", "addr", "prefixlen", "port", "x\x1b[m", "a\"b"};
  unsigned members = 0;
  while (!input.empty()) {
    const unsigned what = next();
    const int target = static_cast<int>(next() % 64);
    const char* const name = names[what / 16 % std::size(names)];
    switch (what % 10) {
      case 0:
        types.integer(name, 1U << target % 5, target / 8 % 8);
        break;
      case 1:
        types.array(target, next());
        break;
      case 2:
        types.pointer(target);
        break;
      case 3:
        types.structure(name, next());
        members = 0;
        break;
      case 4:
        types.union_type(name, next());
        members = 0;
        break;
      case 5:
        types.definition(name, target);
        break;
      case 6:
        btf__add_enum(types.get(), name, 4);
        btf__add_enum_value(types.get(), name, target);
        break;
      case 7:
        btf__add_const(types.get(), target);
        break;
      default:
        types.member(what % 10 == 8 ? ("m" + std::to_string(++members)).c_str() : name, target,
                     next() * 8, next() % 4 == 0 ? next() : 0);
    }
  }
  check_layouts(*types.get());
}

void fuzz_object(std::string_view input) {
  static MemoryFile file;
  accepts([&] { check_usable(ObjectTypes(file.holding(input)).find("struct value")); });
}

}  // namespace mapctl::test
