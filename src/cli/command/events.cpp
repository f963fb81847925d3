// events: prints what programs send, as it arrives.

#include "mapctl/events.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "cli/command/commands.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/naming/map_survey.hpp"
#include "cli/naming/type_ref.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/output/row.hpp"
#include "cli/session/capabilities.hpp"
#include "cli/session/confirm.hpp"
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
constexpr std::uint32_t perf_padding = 8;

class EventPrinter {
 public:
  EventPrinter(const EventsOptions& options, const Session& session, const Map& map)
      : reference_(options.map),
        is_sure_(session.yes),
        has_cpu_(value_content(map.info().type) == ValueContent::perf_event) {
    if (options.as.empty())
      types_ = types_of_programs(map);  // while the right to read them is not given up
    else
      layout_ = type_of_argument(options.as, session.btf, &map);
    std::vector<Column> columns;
    if (has_cpu_) columns.push_back({"cpu"});
    add_columns(columns, "value", layout_.value_or(bytes_layout(1)));
    results_.emplace(session.streaming(), Document::list, std::move(columns));
  }

  void print(const Event& event) {
    Output& output = **results_;
    output.begin_struct();
    if (event.cpu) Row(output).integer("cpu", *event.cpu);
    output.member("value");
    if (layout_ && fits(event.data.size())) {
      padded_.assign(event.data.begin(), event.data.end());
      padded_.resize(layout_->size);
      decode(*layout_, padded_, output);
    } else {
      if (layout_) ++misfits_;
      decode(bytes_layout(static_cast<std::uint32_t>(event.data.size())), event.data, output);
    }
    output.end_struct();
    if (!layout_ && is_first_) propose_type(static_cast<std::uint32_t>(event.data.size()));
    is_first_ = false;
  }

  void flush() { results_->flush(); }

  void finish() {
    results_->finish();
    if (misfits_ > 0)
      note(fmt::format("{} events have another size than the {} bytes of that type: shown as bytes",
                       misfits_, layout_->size));
  }

 private:
  std::uint32_t most_padding() const { return has_cpu_ ? perf_padding - 1 : 0; }

  /// Programs send the text at the end of a struct only as far as it is used.
  bool fits(std::size_t size) const {
    const bool ends_in_text =
        !layout_->members.empty() && layout_->members.back().type.kind == Kind::text;
    const std::size_t least =
        ends_in_text ? layout_->members.back().offset() : std::size_t{layout_->size};
    return size >= least && size <= layout_->size + most_padding();
  }

  void propose_type(std::uint32_t size) const {
    const std::uint32_t least = size - std::min(size, most_padding());
    std::set<std::string> names;
    for (const ObjectTypes& types : types_)
      for (std::string& name : types.own_structs(least, size)) names.insert(std::move(name));
    if (names.size() != 1) return;
    note(
        fmt::format("events are shown as bytes; of the types of its programs only '{0}' has their "
                    "size: mapctl events {1}{2} --as '{0}'",
                    *names.begin(), reference_, is_sure_ ? " --yes" : ""));
  }

  const std::string& reference_;
  bool is_sure_;  ///< that events may be taken from others
  bool has_cpu_;
  bool is_first_ = true;
  std::optional<Layout> layout_;
  std::vector<ObjectTypes> types_;  ///< of the programs that use the map, if no type is named
  std::optional<Results> results_;
  Bytes padded_;  ///< the event, with zeros up to the size of its type
  std::size_t misfits_ = 0;
};

milliseconds until(const std::optional<Clock::time_point>& end) {
  if (!end) return longest_wait;
  const auto left = std::chrono::ceil<milliseconds>(*end - Clock::now());
  return std::clamp(left, milliseconds{0}, longest_wait);
}

/// An event goes to one reader, and most tools neither notice nor report that they are not it.
void confirm_taking_events(const Map& map, const Session& session) {
  if (session.yes || !has_events(map.info().type)) return;
  const std::vector<std::string> others = labels(other_holders(map));
  if (others.empty()) return;
  const bool for_good = value_content(map.info().type) == ValueContent::perf_event;
  confirm(session, fmt::format("read events from {}", map.label()),
          fmt::format("{} {} the map open, and {}", fmt::join(others, ", "),
                      others.size() == 1 ? "has" : "have",
                      for_good ? "would get no more events until started again"
                               : "would miss the events that are read here"),
          Exit::refused);
}

Exit events(const EventsOptions& options, const Session& session) {
  Map map = open_map(options.map, Access::read_write);
  confirm_taking_events(map, session);
  EventPrinter printer(options, session, map);
  EventReader reader(map);
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
  if (!options.count || received == wanted) return Exit::done;
  if (interrupted()) return Exit::interrupted;
  return report(
      {"too_few", Exit::no, fmt::format("{} of {} events came in time", received, wanted)});
}

constexpr Option events_options[] = {
    map_operand<&EventsOptions::map>(),
    number<&EventsOptions::count>("-c,--count", "end after that many events").from(1),
    duration<&EventsOptions::timeout>("--timeout", "end after that time, such as 500ms or 1m"),
    option<&EventsOptions::as>("--as", ValueKind::type,
                               "type of the events: u32, {pid:u32,comm:char[16]}, or 'struct NAME' "
                               "of the programs that use the map"),
};

}  // namespace

const Command events_command("events,event_pipe",
                             "print what programs send through a ring or perf buffer", Types::named,
                             action_of<events>, events_options,
                             "events ring --as '{pid:u32,comm:char[16]}'\n"
                             "events id:42 --as 'struct event' --yes\n"
                             "events ring --count 10 --timeout 5 -o jsonl");

}  // namespace mapctl::cli
