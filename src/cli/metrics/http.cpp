#include "cli/metrics/http.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include "cli/metrics/exposition.hpp"
#include "cli/output/stream.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"

namespace mapctl::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t largest_request = 8 * 1024;
constexpr std::chrono::seconds longest_request{5};
/// Also a client that does not read its answer keeps the process no longer.
constexpr unsigned longest_connection = 30;  // seconds

struct Reply {
  int status;
  std::string_view reason;
  std::string body;
  std::string_view type = "text/plain; charset=utf-8";
  std::string_view more_headers{};
};

Reply refusal(int status, std::string_view reason, std::string_view what_works) {
  return {status, reason, fmt::format("{}: {}\n", reason, what_works)};
}

Reply page_reply(std::string page) { return {200, "OK", std::move(page), exposition_type}; }

/// Appends what has come within that time. Returns false at the end of the input, or of the time.
bool read_more(std::string& text, Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (left.count() <= 0 || ::poll(&input, 1, static_cast<int>(left.count())) <= 0) return false;
  std::array<char, 1024> block{};
  const ssize_t count = ::read(STDIN_FILENO, block.data(), block.size());
  if (count > 0) text.append(block.data(), static_cast<std::size_t>(count));
  return count > 0;
}

bool is_whole(std::string_view request) {
  return request.find("\r\n\r\n") != request.npos || request.find("\n\n") != request.npos;
}

std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

struct RequestLine {
  std::string_view method;
  std::string_view path;  ///< without a query
};

/// Returns nothing if it is no request of HTTP/1.
std::optional<RequestLine> request_line(std::string_view request) {
  std::string_view line = request.substr(0, request.find_first_of("\r\n"));
  const std::string_view method = take_word(line);
  const std::string_view target = take_word(line);
  const bool is_http = line == "HTTP/1.1" || line == "HTTP/1.0";
  if (method.empty() || !target.starts_with('/') || !is_http) return std::nullopt;
  return RequestLine{method, target.substr(0, target.find('?'))};
}

/// The answer to anything but a request for the page; nothing for that.
std::optional<Reply> refused(const std::string& request, bool is_late) {
  if (request.size() > largest_request)
    return refusal(431, "Request Header Fields Too Large", "8 KiB are enough for any request");
  if (!is_whole(request) && is_late)
    return refusal(408, "Request Timeout", "the request has to come within 5 seconds");
  const std::optional<RequestLine> line = request_line(request);
  if (!is_whole(request) || !line)
    return refusal(400, "Bad Request", "GET /metrics HTTP/1.1 is understood");
  if (line->method != "GET" && line->method != "HEAD") {
    Reply reply = refusal(405, "Method Not Allowed", "GET and HEAD are allowed");
    reply.more_headers = "Allow: GET, HEAD\r\n";
    return reply;
  }
  if (line->path != "/metrics") return refusal(404, "Not Found", "the metrics are at /metrics");
  return std::nullopt;
}

void send(const Reply& reply, bool has_body) {
  Stream stream(STDOUT_FILENO);
  stream.buffer() += fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n",
      reply.status, reply.reason, reply.type, reply.body.size(), reply.more_headers);
  if (has_body) stream.buffer() += reply.body;
  stream.flush();
}

/// A connection that is closed while input is unread is reset, and the client may lose the answer.
void close_gently(Clock::time_point end) {
  ::shutdown(STDOUT_FILENO, SHUT_WR);
  std::string unread;
  while (unread.size() < 64 * largest_request && read_more(unread, end)) {
  }
}

}  // namespace

Exit answer_request(const std::function<std::string()>& make_page) {
  ::alarm(longest_connection);
  const Clock::time_point end = Clock::now() + longest_request;
  std::string request;
  while (!is_whole(request) && request.size() <= largest_request && read_more(request, end)) {
  }
  if (request.empty()) return Exit::done;  // somebody only tried the port
  Exit exit = Exit::done;
  std::optional<Reply> reply = refused(request, Clock::now() >= end);
  if (!reply) try {
      reply = page_reply(make_page());
    } catch (...) {
      exit = report(current_failure());
      reply = refusal(500, "Internal Server Error", "mapctl's messages say why");
    }
  try {
    send(*reply, !request.starts_with("HEAD "));
    close_gently(Clock::now() + std::chrono::seconds{1});
  } catch (const OutputFailed&) {
    return Exit::reader_gone;
  }
  return exit;
}

}  // namespace mapctl::cli
