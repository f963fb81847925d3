#pragma once
// The SSH connection through which the caller works.

#include <optional>
#include <string>
#include <string_view>

namespace mapctl::cli {

/// Addresses as rules write them: also IPv4 that arrived at a socket for both families.
struct SshConnection {
  std::string client;
  std::string server;
  unsigned port = 0;  ///< server port
};

/// Parses SSH_CONNECTION: "192.0.2.7 50000 198.51.100.1 22". Returns nothing if the form differs.
std::optional<SshConnection> parse_ssh_connection(std::string_view text);

/// Read from the environment; if it has none (sudo removes it), from the nearest ancestor process
/// that has one. An empty SSH_CONNECTION means that there is no connection. Looked up once.
const std::optional<SshConnection>& callers_connection();

}  // namespace mapctl::cli
