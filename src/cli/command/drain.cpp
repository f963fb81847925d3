// drain: takes entries out of the map and prints them, or puts them back on failure.

#include <fmt/format.h>

#include <csignal>

#include "cli/bulk/undelivered.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/device_value.hpp"
#include "cli/entry/entry.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/session/progress.hpp"
#include "mapctl/batch.hpp"

namespace mapctl::cli {

namespace {

/// The kind of object in the entries, whose text cannot be put back after it left the map. Empty
/// for plain bytes and for entries that cannot be read.
std::string_view object_in(const MapInfo& info) {
  constexpr std::uint32_t number = 4;  // bytes; a longer value also holds a program
  if (!can(info.type, Operation::lookup)) return "";
  if (!is_redirect(value_content(info.type))) return plural(value_content(info.type));
  return info.value_size > number ? plural(ValueContent::program) : "";
}

void check_round_trip(const Map& map) {
  const std::string_view object = object_in(map.info());
  if (object.empty()) return;
  throw Failed(
      {"unsupported",
       Exit::refused,
       fmt::format("cannot drain {}: it holds {}, and what would be printed are only their numbers",
                   map.label(), object),
       "taken out, they could not be put back",
       {fmt::format("print the numbers: mapctl dump {}", map.label()),
        fmt::format("delete the entries: mapctl clear {}", map.label())}});
}

class Drain {
 public:
  Drain(Target& target, MapDrainer drainer, const Session& session)
      : target_(target),
        drainer_(std::move(drainer)),
        printer_(target.shown(), is_keyless(target.map.info().type) ? EntryPrinter::Parts::value
                                                                    : EntryPrinter::Parts::entry),
        results_(session, Document::list, printer_.columns()),
        progress_(session, Progress::Prints::results, "draining"),
        transit_(target, session) {}

  /// Entries that were taken out are printed or put back, whatever happens.
  Exit run() {
    std::optional<Error> failure;
    try {
      failure = take_all();
      results_.finish();
    } catch (...) {
      progress_.clear();
      transit_.delivered(results_.stream().written());
      transit_.put_back();
      throw;
    }
    if (failure) throw *failure;
    if (is_finished_) return Exit::done;
    progress_.clear();
    note(fmt::format("interrupted: {} entries were taken out of {}", taken_, target_.map.label()));
    return Exit::interrupted;
  }

 private:
  /// Returns the error that stopped it, if any.
  std::optional<Error> take_all() {
    while (!interrupted()) {
      std::optional<Chunk> chunk;
      try {
        chunk = drainer_.next();
      } catch (Error& error) {
        return error.enrich(
            {.attempt = fmt::format("drain {}", target_.map.label()), .done = taken_});
      }
      is_finished_ = !chunk;
      if (is_finished_) break;
      print(*chunk);
    }
    return std::nullopt;
  }

  void print(const Chunk& chunk) {
    const std::size_t before = transit_.size();
    for (std::size_t i = 0; i < chunk.size(); ++i) transit_.add(chunk.key(i), chunk.value(i));
    taken_ += chunk.size();
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      printer_.print(*results_, chunk.key(i), chunk.value(i));
      if (!results_->holds_rows()) transit_.printed(before + i + 1, results_.stream().position());
    }
    results_.flush();
    transit_.delivered(results_.stream().written());
    progress_.add(chunk.size());
  }

  Target& target_;
  MapDrainer drainer_;
  EntryPrinter printer_;
  Results results_;
  Progress progress_;
  InTransit transit_;
  std::size_t taken_ = 0;
  bool is_finished_ = false;
};

Exit drain(const MapOptions& options, const Session& session) {
  Target target = target_of(open_map(options.map, Access::read_write), options.map, session);
  check_round_trip(target.map);
  MapDrainer drainer(target.map);
  confirm_emptying(target, session, "drain", "its entries are gone from it once they are printed");
  watch_interrupts();
  // Makes write() fail if the reader goes away or the file size limit is reached.
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
  return Drain(target, std::move(drainer), session).run();
}

}  // namespace

const Command drain_command("drain", "take all entries out and print them", Types::all,
                            action_of<drain>, map_options,
                            "drain visits --yes\n"
                            "drain jobs --yes -o jsonl");

}  // namespace mapctl::cli
