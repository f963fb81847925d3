#pragma once
// One answer to one request of HTTP, for a socket that systemd listens on.

#include <functional>
#include <string>

#include "cli/session/exit_code.hpp"

namespace mapctl::cli {

/// Reads a request from standard input, answers it on standard output, and closes the connection.
/// GET and HEAD of /metrics have the page that `make_page` returns; a failure of it is reported,
/// and its exit code is returned. Requests that are wrong, too large or too slow are answered as
/// such.
Exit answer_request(const std::function<std::string()>& make_page);

}  // namespace mapctl::cli
