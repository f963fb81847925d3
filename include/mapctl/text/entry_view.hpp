#pragma once
// The bytes of one entry.

#include "mapctl/bytes.hpp"

namespace mapctl {

struct EntryView {
  ByteView key;
  ByteView value;
};

}  // namespace mapctl
