#pragma once
// The parts of encode and decode. Both descend along the layout: encode reads the text, decode
// calls a Writer.

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"
#include "mapctl/text/writer.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl {

class LongForm;

/// Reads one value of any kind at the cursor.
void encode_value(TextCursor& in, const Layout& layout, ByteSpan out, const ValuePath& place);

/// Reads a value that is the whole text.
void encode_whole(const Layout& layout, std::string_view text, ByteSpan out, const ValuePath& place,
                  LeftOut left_out = LeftOut::zero);

/// Reads a struct or a union; at the top its braces are optional. `prefix` is offered the members
/// of an LPM trie's key first.
void encode_struct(TextCursor& in, const Layout& layout, ByteSpan out, const ValuePath& place,
                   LongForm* prefix = nullptr);

void encode_scalar(const Layout& layout, const Token& token, ByteSpan out, const ValuePath& place);

/// Reads a member that is a bitfield of `parent`, an IP protocol by name or number, or the end of
/// an entry; returns false for any other.
bool encode_special(TextCursor& in, const Member& member, ByteSpan parent, const ValuePath& place);

[[noreturn]] void refuse_protocol(std::string_view text, const ValuePath& place);

void encode_hex(std::string_view text, ByteSpan out, const ValuePath& place);

/// Reads the elements after `[`, and the `]`. `out` has a slot of the same size for each.
void encode_list(TextCursor& in, const Layout& element, std::size_t count, ByteSpan out,
                 const ValuePath& place);

[[noreturn]] void refuse_null(const ValuePath& place);

void decode_value(const Layout& layout, ByteView bytes, Writer& writer, Texts texts);

/// Writes the value of a member. `parent` is the bytes of its whole struct.
void decode_member(const Member& member, ByteView parent, Writer& writer, Texts texts);

/// Writes a member's name and value, those of its own members if it has no name.
void write_member(const Member& member, ByteView parent, Writer& writer, Texts texts);

void decode_hex(ByteView bytes, Writer& writer);

}  // namespace mapctl
