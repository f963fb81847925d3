#include "cli/output/text_width.hpp"

#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

// The width of a text is in columns of a terminal, by our own table: wcwidth() needs locale files,
// which a container or an initramfs does not have.

/// Blocks that contain only wide characters: East Asian scripts and emoji.
constexpr CharacterRange wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},
                                   {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
                                   {0xfe10, 0xfe19},   {0xfe30, 0xfe6b},   {0xff01, 0xff60},
                                   {0xffe0, 0xffe6},   {0x17000, 0x1b2fb}, {0x1f300, 0x1f64f},
                                   {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

/// Combining accents and variation selectors. Joiners are escaped.
constexpr CharacterRange without_width[] = {{0x0300, 0x036f}, {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}};

std::size_t width_of(char32_t code) {
  if (code < 0x300) return 1;
  if (is_in(without_width, code)) return 0;
  return is_in(wide, code) ? 2 : 1;
}

}  // namespace

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  all_characters(text, [&](const Character& character) {
    width += width_of(character.code);
    return true;
  });
  return width;
}

std::string_view beginning(std::string_view text, std::size_t width) {
  std::size_t size = 0;
  all_characters(text, [&](const Character& character) {
    const std::size_t columns = width_of(character.code);
    if (columns > width) return false;
    width -= columns;
    size += character.bytes.size();
    return true;
  });
  return text.substr(0, size);
}

}  // namespace mapctl::cli
