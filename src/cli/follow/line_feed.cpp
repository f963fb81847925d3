// The line protocol: JSON lines {"op":"begin"}, entries, {"op":"end"}; then put, del, commit,
// alive.

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "cli/feed/child.hpp"
#include "cli/follow/backoff.hpp"
#include "cli/follow/feed.hpp"
#include "cli/input/protocol.hpp"
#include "cli/naming/text_argument.hpp"
#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

class LineFeed final : public Feed {
 public:
  explicit LineFeed(std::string command) : command_(std::move(command)) {
    if (!command_.empty()) return;
    take_standard_input();
    try_at_.reset();
    lines_.emplace(Fd(::dup(STDIN_FILENO)));
  }

  std::vector<int> readable() const override {
    if (child_) return child_->readable();
    return lines_ ? std::vector<int>{lines_->fd()} : std::vector<int>{};
  }

  std::optional<Clock::time_point> due() const override {
    if (has_more_) return Clock::now();
    return try_at_;
  }

  bool step(Mirror& mirror) override {
    if (!command_.empty() && !child_) {
      if (try_at_ && Clock::now() < *try_at_) return true;
      try_at_.reset();
      child_.emplace(std::vector<std::string>{"/bin/sh", "-c", command_},
                     Child::Environment{{"MAPCTL_REVISION", mirror.revision()}});
    }
    constexpr int most = 5000;  // so that changes are written while more come
    int count = 0;
    for (; count < most; ++count) {
      const auto line = child_ ? child_->next_line({}) : lines_->next();
      if (!line) break;
      try {
        take(trim(*line), mirror);
      } catch (const BadInput& error) {
        return end(mirror, fmt::format("{}: {}", error.what(), excerpt(*line)));
      }
    }
    has_more_ = count == most;
    if (child_ && child_->has_ended()) {
      const int status = child_->status();
      if (status == 0 && !is_snapshot_) return end(mirror, "");
      const std::string& said = child_->last_message();
      return end(mirror, fmt::format("it ended with exit status {}{}{}", status,
                                     said.empty() ? "" : ": ", said));
    }
    if (lines_ && lines_->has_ended()) return end(mirror, is_snapshot_ ? "it ended" : "");
    return true;
  }

  void take_again() override {}

 private:
  void take(std::string_view text, Mirror& mirror) {
    if (text.empty() || text.starts_with('#')) return;
    ProtocolLine line = read_protocol_line(text);
    const bool is_alone = line.revision && line.key;  // a change of its own
    if (line.op == "begin") {
      mirror.begin();
      is_snapshot_ = true;
      revision_ = line.revision.value_or("");
    } else if (line.op == "end") {
      if (!std::exchange(is_snapshot_, false) || !mirror.end(line.entries.value_or(0), revision_))
        throw BadInput("the snapshot is not whole");
    } else if (line.op == "del") {
      mirror.erase(*std::move(line.key));
    } else if (line.op == "put") {
      mirror.put(*std::move(line.key), *std::move(line.value));
    } else if (line.op == "commit") {
      mirror.commit(line.revision.value_or(mirror.wanted_revision()));
    } else {
      mirror.heard();
    }
    if (is_alone && !is_snapshot_) mirror.commit(*line.revision);
  }

  /// `why` is empty if nothing went wrong. The command runs again later; there is no other standard
  /// input.
  bool end(Mirror& mirror, const std::string& why) {
    child_.reset();
    lines_.reset();
    has_more_ = is_snapshot_ = false;
    why.empty() ? mirror.forget_change() : mirror.lost(why);
    if (command_.empty()) return false;
    try_at_ = backoff_.next_try();
    return true;
  }

  const std::string command_;
  std::optional<Child> child_{};
  std::optional<LineReader> lines_{};
  bool is_snapshot_ = false;
  std::string revision_;  ///< of the snapshot
  bool has_more_ = false;
  Backoff backoff_;
  std::optional<Clock::time_point> try_at_{Clock::now()};
};

}  // namespace

std::unique_ptr<Feed> make_line_feed(const std::string& command) {
  return std::make_unique<LineFeed>(command);
}

}  // namespace mapctl::cli
