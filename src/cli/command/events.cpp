// events: prints what programs send, as it arrives.

#include "mapctl/events.hpp"

#include <fmt/format.h>

#include "cli/command/commands.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/output/row.hpp"
#include "cli/session/capabilities.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

struct EventsOptions {
  std::string map;
  std::string as;  ///< type of the events; empty: raw bytes
  std::optional<std::uint32_t> count{};
  std::optional<std::uint32_t> timeout{};  ///< milliseconds
};

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Programs may send without waking a reader, so the buffer is polled at least this often.
constexpr milliseconds longest_wait{100};

/// After this many events, output is flushed, and the time limit and interrupts are checked.
constexpr std::size_t most_at_once = 1024;

/// The kernel pads the data of perf events to a multiple of 8 bytes.
constexpr std::size_t perf_padding = 8;

class EventPrinter {
 public:
  EventPrinter(const std::string& type, const Session& session, bool has_cpu) : has_cpu_(has_cpu) {
    if (!type.empty()) layout_ = type_of_argument(type, session.btf);
    std::vector<Column> columns;
    if (has_cpu) columns.push_back({"cpu"});
    add_columns(columns, "value", layout_.value_or(bytes_layout(1)));
    // A table needs all rows before it is printed, but this stream may never end.
    Session streaming = session;
    if (streaming.format == Format::table) streaming.format = Format::plain;
    results_.emplace(streaming, Document::list, std::move(columns));
  }

  void print(const Event& event) {
    Output& output = **results_;
    output.begin_struct();
    if (event.cpu) Row(output).integer("cpu", *event.cpu);
    output.member("value");
    if (layout_ && fits(event.data.size())) {
      decode(*layout_, event.data.first(layout_->size), output);
    } else {
      if (layout_) ++misfits_;
      decode(bytes_layout(static_cast<std::uint32_t>(event.data.size())), event.data, output);
    }
    output.end_struct();
  }

  void flush() { results_->flush(); }

  void finish() {
    results_->finish();
    if (misfits_ > 0)
      note(fmt::format("{} events have another size than the {} bytes of that type: shown as bytes",
                       misfits_, layout_->size));
  }

 private:
  bool fits(std::size_t size) const {
    const std::size_t padding = has_cpu_ ? perf_padding : 1;
    return size >= layout_->size && size < layout_->size + padding;
  }

  bool has_cpu_;
  std::optional<Layout> layout_;
  std::optional<Results> results_;
  std::size_t misfits_ = 0;
};

milliseconds until(const std::optional<Clock::time_point>& end) {
  if (!end) return longest_wait;
  const auto left = std::chrono::ceil<milliseconds>(*end - Clock::now());
  return std::clamp(left, milliseconds{0}, longest_wait);
}

Exit events(const EventsOptions& options, const Session& session) {
  Map map = open_map(options.map, Access::read_write);
  EventReader reader(map);
  EventPrinter printer(options.as, session,
                       value_content(map.info().type) == ValueContent::perf_event);
  watch_interrupts();
  keep_capabilities(session, {});

  std::optional<Clock::time_point> end;
  if (options.timeout) end = Clock::now() + milliseconds{*options.timeout};
  const std::size_t wanted = options.count.value_or(SIZE_MAX);
  std::size_t received = 0;
  const auto print = [&](const Event& event) { printer.print(event); };
  const auto is_over = [&] {
    return interrupted() || received >= wanted || (end && Clock::now() >= *end);
  };
  do {
    const std::size_t most = std::min(wanted - received, most_at_once);
    const std::size_t count = reader.poll(until(end), print, most);
    received += count;
    if (count > 0) printer.flush();
  } while (!is_over());
  printer.finish();
  if (const std::uint64_t lost = reader.stats().lost; lost > 0)
    note(fmt::format("{} events were lost: they came faster than they could be read", lost));
  if (interrupted()) return Exit::interrupted;
  if (!options.count || received == wanted) return Exit::done;
  return report(
      {"too_few", Exit::no, fmt::format("{} of {} events came in time", received, wanted)});
}

constexpr Option events_options[] = {
    map_operand<&EventsOptions::map>(),
    number<&EventsOptions::count>("-c,--count", "end after that many events").from(1),
    seconds<&EventsOptions::timeout>("--timeout", "end after that many seconds, such as 0.5"),
    option<&EventsOptions::as>("--as", ValueKind::type,
                               "type of the events: u32, {pid:u32,comm:char[16]}, …"),
};

}  // namespace

const Command events_command("events,event_pipe",
                             "print what programs send through a ring or perf buffer", Types::named,
                             action_of<events>, events_options,
                             "events ring --as '{pid:u32,comm:char[16]}'\n"
                             "events ring --count 10 --timeout 5 -o jsonl");

}  // namespace mapctl::cli
