#pragma once
// The parts of encode: a descent along the layout, straight over the text.

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl {

class LongForm;

/// Reads one value of any kind where the cursor stands.
void encode_value(TextCursor& in, const Layout& layout, ByteSpan out, const Place& place);

/// Reads a value that is the whole text.
void encode_whole(const Layout& layout, std::string_view text, ByteSpan out, const Place& place);

/// Reads a struct or a union. At the top it may stand without braces. The
/// members of an LPM trie's key are shown to `prefix` first.
void encode_struct(TextCursor& in, const Layout& layout, ByteSpan out, const Place& place,
                   LongForm* prefix = nullptr);

void encode_scalar(const Layout& layout, const Token& token, ByteSpan out, const Place& place);

/// Reads a member that is a bitfield of `parent`.
void encode_bitfield(const Member& member, const Token& token, ByteSpan parent, const Place& place);

/// Reads an IP protocol by name or number.
void encode_protocol(const Layout& layout, const Token& token, ByteSpan out, const Place& place);

void encode_hex(std::string_view text, ByteSpan out, const Place& place);

/// Zeroes all but the members that keep their value.
void clear_unkept(const Layout& layout, ByteSpan out);

[[noreturn]] void refuse_null(const Place& place);

/// "1 element", "2 elements".
std::string counted(std::size_t count, std::string_view noun);

/// "a, b, c", cut after many.
std::string name_list(const std::vector<std::string>& names);

/// "did you mean 'drop'?", or nothing.
std::vector<Remedy> suggestion(std::string_view word, const std::vector<std::string>& names);

}  // namespace mapctl
