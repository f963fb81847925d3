#pragma once
// Text to bytes and back. What decode prints, encode reads back to the same text,
// and what decode_key prints, to the same bytes.

#include <string>
#include <string_view>
#include <vector>

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"
#include "mapctl/text/writer.hpp"

namespace mapctl {

/// Reads a text in plain form (`action=drop,port=443`) or JSON (`{"action":"drop"}`).
/// A member that is left out is 0; an enum that has no name for 0 must be given.
/// `out` is layout.size bytes; every one of them is written, except those of
/// members that keep their value (counters, variables) and are not named. So
/// `out` holds zeros, or the old value if there is one.
/// White space around a text and between its parts does not count; a text of a
/// char array that begins or ends with some needs quotes.
/// Throws BadInput where the text does not fit, naming the range, the names or
/// the form that would have; `out` is then unspecified. Input is never truncated.
void encode(const Layout& layout, std::string_view text, ByteSpan out);

/// The same into a new buffer.
Bytes encode(const Layout& layout, std::string_view text);

/// A per-CPU value: one text for every CPU, or `[v0,v1,…]` with one for each
/// possible CPU. `out` is cpus slots of layout.size rounded up to 8.
void encode_per_cpu(const Layout& layout, std::size_t cpus, std::string_view text, ByteSpan out);

/// Writes a value. Bytes that the typed form cannot hold exactly (an unknown
/// bool, text after a NUL) appear as a number or as hex:…. Padding, at any depth,
/// and hidden members are not shown, and read back as 0.
void decode(const Layout& layout, ByteView bytes, Writer& writer);

/// As decode, for keys: also bytes of padding and of hidden members count,
/// because the kernel compares them. A key that has any there appears as hex:….
void decode_key(const Layout& layout, ByteView bytes, Writer& writer);

/// As decode, for each of the CPUs' slots, labelled with their ids.
void decode_per_cpu(const Layout& layout, const std::vector<unsigned>& cpus, ByteView bytes,
                    Writer& writer);

/// The plain text of a value: what decode writes, as `put` takes it.
std::string text_of(const Layout& layout, ByteView bytes);
std::string key_text_of(const Layout& layout, ByteView bytes);

}  // namespace mapctl
