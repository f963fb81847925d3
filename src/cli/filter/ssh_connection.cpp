#include "cli/filter/ssh_connection.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace mapctl::cli {

namespace {

constexpr std::string_view variable = "SSH_CONNECTION=";

/// Removes the scope from fe80::1%eth0, and turns ::ffff:192.0.2.7 into IPv4.
std::string plain_address(std::string address) {
  constexpr std::string_view mapped = "::ffff:";
  address.resize(std::min(address.find('%'), address.size()));
  if (address.starts_with(mapped) && address.find('.') != std::string::npos)
    address.erase(0, mapped.size());
  return address;
}

/// Returns an empty text if the process is gone or belongs to another user.
std::string contents(pid_t pid, const char* name) {
  std::ifstream file(fmt::format("/proc/{}/{}", pid, name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

pid_t parent_of(pid_t pid) {
  constexpr std::string_view label = "\nPPid:\t";
  const std::string status = contents(pid, "status");
  const std::size_t at = status.find(label);
  return at == std::string::npos ? 0 : std::atoi(status.c_str() + at + label.size());
}

/// The value of SSH_CONNECTION in the initial environment of a process.
std::optional<std::string> connection_of(pid_t pid) {
  std::istringstream environment(contents(pid, "environ"));
  for (std::string entry; std::getline(environment, entry, '\0');)
    if (entry.starts_with(variable)) return entry.substr(variable.size());
  return std::nullopt;
}

std::optional<std::string> inherited_connection() {
  if (const char* const own = std::getenv("SSH_CONNECTION")) return own;
  for (pid_t pid = getppid(); pid > 0; pid = parent_of(pid))
    if (std::optional<std::string> found = connection_of(pid)) return found;
  return std::nullopt;
}

}  // namespace

std::optional<SshConnection> parse_ssh_connection(std::string_view text) {
  std::istringstream words{std::string{text}};
  SshConnection connection;
  std::string client_port;
  words >> connection.client >> client_port >> connection.server >> connection.port;
  if (words.fail() || connection.port == 0 || connection.port > 65535) return std::nullopt;
  connection.client = plain_address(std::move(connection.client));
  connection.server = plain_address(std::move(connection.server));
  return connection;
}

const std::optional<SshConnection>& callers_connection() {
  static const std::optional<SshConnection> found =
      parse_ssh_connection(inherited_connection().value_or(""));
  return found;
}

}  // namespace mapctl::cli
