#include "cli/session/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <utility>

namespace mapctl::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto first_after = 300ms;
constexpr auto then_every = 100ms;

/// Groups digits: "1,000,000".
std::string grouped(std::uint64_t number) {
  std::string digits = fmt::format_int(number).str();
  for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, ",");
  return digits;
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(seconds + 1);  // never "0 s left"
  return whole < 60 ? fmt::format("{} s", whole)
                    : fmt::format("{} min {} s", whole / 60, whole % 60);
}

/// A longer line would wrap, and only its last part could be erased.
std::size_t terminal_width() {
  constexpr std::size_t usual = 80;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
  return size.ws_col;
}

}  // namespace

std::optional<std::string> ProgressMeter::add(std::uint64_t entries, Clock::time_point now) {
  done_ += entries;
  const bool is_due = shown_ ? now - *shown_ >= then_every : now - start_ >= first_after;
  if (!is_due) return std::nullopt;
  shown_ = now;
  return line(now - start_);
}

std::string ProgressMeter::line(Clock::duration elapsed) const {
  const double rate = static_cast<double>(done_) / std::chrono::duration<double>(elapsed).count();
  std::string text = fmt::format("{}: {}", what_, grouped(done_));
  if (total_) text += fmt::format(" of {}", grouped(*total_));
  text += fmt::format(" entries, {}/s", grouped(static_cast<std::uint64_t>(rate)));
  if (total_ && done_ > 0 && done_ < *total_)
    text += fmt::format(", {} left", duration_text(static_cast<double>(*total_ - done_) / rate));
  return text;
}

Progress::Progress(const Session& session, Prints prints, std::string what,
                   std::optional<std::uint64_t> total)
    : wanted_(!session.json() && isatty(STDERR_FILENO) != 0 &&
              (prints == Prints::nothing || isatty(STDOUT_FILENO) == 0)),
      meter_(std::move(what), total, ProgressMeter::Clock::now()) {}

void Progress::add(std::uint64_t entries) {
  if (!wanted_) return;
  std::optional<std::string> line = meter_.add(entries, ProgressMeter::Clock::now());
  if (!line) return;
  line->resize(std::min(line->size(), terminal_width() - 1));
  show_progress(*line);
}

}  // namespace mapctl::cli
