#pragma once

namespace mapctl {

/// What becomes of the members that a text does not name: they are 0, except counters and
/// variables; or all of them keep the bytes that are there, at any depth.
enum class LeftOut { zero, kept };

}  // namespace mapctl
