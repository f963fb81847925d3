// watch: prints what changes in a map, as it changes.

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

#include "cli/command/commands.hpp"
#include "cli/entry/looks.hpp"
#include "cli/entry/selection.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/output/row.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

struct WatchOptions {
  std::string map;
  std::vector<std::string> keys{};
  std::vector<std::string> where{};
  std::optional<std::uint32_t> interval = 1000;  ///< milliseconds
  std::optional<std::uint32_t> count{};          ///< looks
  std::vector<std::string> until{};
  std::optional<std::uint32_t> timeout{};  ///< milliseconds
};

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// "2026-12-01T08:00:00.250Z"
std::string time_now() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  std::tm parts{};
  ::gmtime_r(&now.tv_sec, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%FT%T", &parts);
  return fmt::format("{}.{:03}Z", text.data(), now.tv_nsec / 1'000'000);
}

std::string_view name(Change change) {
  constexpr std::array<std::string_view, 3> names = {"added", "changed", "removed"};
  return names[static_cast<std::size_t>(change)];
}

class ChangePrinter {
 public:
  ChangePrinter(const Target& target, const Session& session)
      : schema_(target.shown()),
        results_(session.streaming(), Document::list,
                 {{"time"}, {"op"}, {"key"}, {"old"}, {"value"}}) {}

  void begin_look() { time_ = time_now(); }

  void print(Change change, ByteView key, std::optional<ByteView> old,
             std::optional<ByteView> value) {
    Row row(*results_);
    row.begin().word("time", time_).word("op", name(change));
    results_->member("key");
    decode_key(schema_.key, key, *results_);
    print_value("old", old);
    print_value("value", value);
    row.end();
  }

  void flush() { results_.flush(); }
  void finish() { results_.finish(); }

 private:
  void print_value(std::string_view member, std::optional<ByteView> value) {
    results_->member(member);
    if (value)
      decode_value(schema_, *value, *results_, Texts::exact);  // bytes are compared
    else
      results_->null();
  }

  const Schema& schema_;
  std::string time_;
  Results results_;
};

/// Waits for the next look. Returns early after an interrupt, and false if nobody reads any more.
bool wait(std::uint32_t interval, const std::optional<Clock::time_point>& end) {
  constexpr milliseconds step{100};  // a signal that comes just before the poll does not end it
  Clock::time_point next = Clock::now() + milliseconds{interval};
  if (end) next = std::min(next, *end);
  for (auto left = next - Clock::now(); left.count() > 0 && !interrupted();
       left = next - Clock::now()) {
    pollfd output{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
    const milliseconds most = std::min(step, std::chrono::ceil<milliseconds>(left));
    ::poll(&output, 1, static_cast<int>(most.count()));
    if ((output.revents & POLLERR) != 0) return false;
  }
  return true;
}

/// An entry is compared as a whole.
void refuse_variables(const std::vector<Encoded>& keys, const std::string& map) {
  if (std::ranges::none_of(keys, [](const Encoded& key) { return key.variable.has_value(); }))
    return;
  throw usage_error(
      fmt::format("{} has one entry with all global variables, which is watched as a whole", map),
      {"leave their names out", "wait for one of them: --until 'NAME = …'"});
}

/// Whoever waits for something must not take a stop, or the end of the time, for it.
Exit end_of_watch(const WatchOptions& options) {
  if (options.until.empty()) return Exit::done;
  if (interrupted()) return Exit::interrupted;
  return report({"timeout", Exit::no,
                 fmt::format("no entry of {} fulfilled the condition in time", options.map)});
}

Exit watch(const WatchOptions& options, const Session& given) {
  if (*options.interval == 0)
    throw usage_error("--interval: there is no time between two looks", {"give at least 1ms"});
  const auto target = open_target(options.map, Operation::next_key, given.within(options.where));
  std::optional<Expression> until;
  if (!options.until.empty()) until.emplace(selectable(*target), options.until);
  std::vector<Encoded> keys = encode_keys(*target, options.keys);
  refuse_variables(keys, options.map);
  Looks looks(*target, std::move(keys));
  ChangePrinter printer(*target, given);
  std::optional<Clock::time_point> end;
  if (options.timeout) end = Clock::now() + milliseconds{*options.timeout};
  watch_interrupts();
  bool is_fulfilled = false;
  for (std::uint32_t count = 0;;) {
    printer.begin_look();
    looks.look(
        [&](ByteView key, ByteView value) {
          is_fulfilled |= until && until->holds({key, value});
        },
        [&](auto... change) { printer.print(change...); });
    printer.flush();
    if (is_fulfilled || interrupted() || (end && Clock::now() >= *end)) break;
    if (options.count && ++count > *options.count) break;
    if (!wait(*options.interval, end)) return Exit::reader_gone;
    if (interrupted()) break;
  }
  printer.finish();
  return is_fulfilled ? Exit::done : end_of_watch(options);
}

constexpr Option watch_options[] = {
    map_operand<&WatchOptions::map>(),
    operand<&WatchOptions::keys>("KEY", ValueKind::key, "only these entries").optional(),
    part_where<&WatchOptions::where>(),
    duration<&WatchOptions::interval>("--interval", "time between two looks (default: 1s)"),
    number<&WatchOptions::count>("--count", "end after that many looks, not counting the first")
        .from(1),
    option<&WatchOptions::until>("--until", ValueKind::expression,
                                 "end, with exit status 0, when this holds for an entry"),
    duration<&WatchOptions::timeout>(
        "--timeout", "end after that time, with exit status 1 if --until did not come true"),
};

}  // namespace

const Command watch_command("watch", "print what changes in a map, as it changes", Types::all,
                            action_of<watch>, watch_options,
                            "watch visits --interval 500ms\n"
                            "watch visits 192.0.2.7 -o jsonl\n"
                            "watch counters --until 'packets > 100' --timeout 30s");

}  // namespace mapctl::cli
