#pragma once
// Text to bytes and back. Text of decode() encodes to bytes that decode to the same text; text of
// decode_key() encodes to the same bytes.

#include <string>
#include <string_view>
#include <vector>

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"
#include "mapctl/text/left_out.hpp"
#include "mapctl/text/writer.hpp"

namespace mapctl {

/// Reads a text in plain form (`action=drop,port=443`) or JSON (`{"action":"drop"}`). An omitted
/// member is 0; an enum that has no name for 0 must be given. `out` has layout.size bytes; all are
/// written, except those of omitted members that keep their value (counters, variables, and with
/// LeftOut::kept all). So `out` must hold zeros, or the old value if there is one. White space
/// around a text and between its parts does not count; a text of a char array that begins or ends
/// with white space needs quotes. Throws BadInput if the text does not fit, naming the range, the
/// names or the form that would; `out` is then unspecified. Input is never truncated.
void encode(const Layout& layout, std::string_view text, ByteSpan out,
            LeftOut left_out = LeftOut::zero);

/// Encodes into a new buffer.
Bytes encode(const Layout& layout, std::string_view text);

/// Reads a per-CPU value: one text for every CPU, or `[v0,v1,…]` with one for each possible CPU.
/// `out` has `cpus` slots of layout.size rounded up to 8.
void encode_per_cpu(const Layout& layout, std::size_t cpus, std::string_view text, ByteSpan out,
                    LeftOut left_out = LeftOut::zero);

/// Writes a value. Bytes that the typed form cannot hold exactly (an unknown
/// bool, a text that is no UTF-8) appear as a number or as hex:…. Padding, at any depth,
/// and hidden members are not shown, and read back as 0.
void decode(const Layout& layout, ByteView bytes, Writer& writer, Texts texts = Texts::to_nul);

/// Like decode(), but for keys: bytes of padding, of hidden members and behind the NUL of a text
/// count, too, because the kernel compares them. A key that has any in the former appears as hex:….
void decode_key(const Layout& layout, ByteView bytes, Writer& writer);

/// Writes each CPU's slot as decode() does, labelled with the CPU's id.
void decode_per_cpu(const Layout& layout, const std::vector<unsigned>& cpus, ByteView bytes,
                    Writer& writer, Texts texts = Texts::to_nul);

/// Returns the plain text of a value, in the form that `put` takes.
std::string text_of(const Layout& layout, ByteView bytes);
std::string key_text_of(const Layout& layout, ByteView bytes);

}  // namespace mapctl
