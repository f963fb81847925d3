#pragma once
// Gives up the rights that a command which goes on for long no longer needs.

#include <initializer_list>

#include "cli/session/session.hpp"

namespace mapctl::cli {

/// Gives up all capabilities but those of CAP_… in `needed`, and with CAP_SETPCAP also the
/// possibility that a program run later gets any. Changes nothing in a batch, whose other commands
/// need them.
void keep_capabilities(const Session& session, std::initializer_list<unsigned> needed);

}  // namespace mapctl::cli
