#include "cli/input/source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "cli/feed/etcd.hpp"
#include "cli/feed/fetch.hpp"
#include "cli/naming/text_argument.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/session/failure.hpp"

namespace mapctl::cli {

namespace {

constexpr std::size_t block = 256 * 1024;
/// A longer line or entry can only be a mistake.
constexpr std::size_t longest = std::size_t{64} * 1024 * 1024;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

Source::Source(const std::string& path) : name_(path) {
  if (path == "-") {
    take_standard_input();
    name_ = "standard input";
  } else {
    file_ = is_etcd_uri(path) ? fetch_etcd(path) : open_input(path);
  }
  skip_byte_order_mark();
}

Source::Source(std::string name, Fd file) : name_(std::move(name)), file_(std::move(file)) {
  skip_byte_order_mark();
}

void Source::skip_byte_order_mark() {
  while (rest().size() < byte_order_mark.size() && read_more()) continue;
  if (rest().starts_with(byte_order_mark)) at_ = byte_order_mark.size();
}

bool Source::read_more() {
  if (ended_) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t size = buffer_.size();
  if (size > longest)
    throw Failed({"bad_input", Exit::bad_data,
                  fmt::format("{}:{}: the line or entry does not end within {} MiB", name_, line_,
                              longest / 1024 / 1024)});
  buffer_.resize(size + block);
  ssize_t count = -1;
  int error = EINTR;
  while (count < 0 && error == EINTR && !interrupted()) {
    count = ::read(file_ ? file_.get() : STDIN_FILENO, buffer_.data() + size, block);
    error = errno;
  }
  buffer_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count < 0 && error == EINTR)
    throw Failed({"interrupted", Exit::interrupted,
                  fmt::format("interrupted while {} was read: nothing was written", name_)});
  if (count < 0) cannot_read(name_, error);
  ended_ = count == 0;
  return !ended_;
}

void Source::consume(std::size_t bytes) {
  const std::string_view gone = rest().substr(0, bytes);
  line_ += static_cast<std::size_t>(std::count(gone.begin(), gone.end(), '\n'));
  at_ += gone.size();
}

std::optional<std::string_view> Source::next_raw_line() {
  std::size_t end = rest().find('\n');
  while (end == std::string_view::npos) {
    const std::size_t searched = rest().size();
    if (!read_more()) break;
    end = rest().find('\n', searched);
  }
  const std::string_view text = rest();
  if (text.empty()) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  at_ += std::min(line.size() + 1, text.size());
  ++line_;
  return line;
}

std::optional<std::string_view> Source::next_line() {
  std::optional<std::string_view> line = next_raw_line();
  if (line && line->ends_with('\r')) line->remove_suffix(1);
  return line;
}

}  // namespace mapctl::cli
