#pragma once
// The parts of decode: a descent along the layout that tells a Writer.

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"
#include "mapctl/text/writer.hpp"

namespace mapctl {

void decode_value(const Layout& layout, ByteView bytes, Writer& writer);

/// Writes the member's value; `parent` is all of its struct.
void decode_member(const Member& member, ByteView parent, Writer& writer);

void decode_hex(ByteView bytes, Writer& writer);

}  // namespace mapctl
