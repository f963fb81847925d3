#pragma once
// The SSH connection that the caller works through.

#include <optional>
#include <string>
#include <string_view>

namespace mapctl::cli {

/// Addresses as rules write them: IPv4 also where a socket for both families took it.
struct SshConnection {
  std::string client;
  std::string server;
  unsigned port = 0;  ///< of the server
};

/// What SSH_CONNECTION says: "192.0.2.7 50000 198.51.100.1 22". Nothing where it is not that.
std::optional<SshConnection> parse_ssh_connection(std::string_view text);

/// Of the environment; where that has none (sudo takes it away), of the nearest process above
/// that has one. SSH_CONNECTION with nothing in it says that there is none. Looked up once.
const std::optional<SshConnection>& callers_connection();

}  // namespace mapctl::cli
