// drain: takes entries out of the map and prints them, or puts them back on failure.

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "cli/bulk/entry_writer.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/session/progress.hpp"
#include "map/error/printable.hpp"
#include "mapctl/batch.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/text_writer.hpp"

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
       {fmt::format("print the numbers: mapctl dump {}", shell_word(map.label())),
        fmt::format("delete the entries: mapctl clear {}", shell_word(map.label()))}});
}

std::string value_text(const Schema& schema, ByteView value) {
  std::string text;
  TextWriter writer{text};
  decode_value(schema, value, writer, Texts::exact);
  return text;
}

/// Entries that have left the map but may not have reached the reader yet.
class InTransit {
 public:
  InTransit(Target& target, const Session& session) : target_(target), writer_(target, session) {}

  void add(ByteView key, ByteView value) {
    append_bytes(keys_, key);
    append_bytes(values_, value);
    ++count_;
  }
  void clear() {
    keys_.clear();
    values_.clear();
    count_ = 0;
  }

  /// Puts all entries back into the map; those that fail are reported one by one. A key that was
  /// added again in the meantime keeps its new value.
  void put_back(bool may_be_printed) {
    const Map& map = target_.map;
    const Chunk all(keys_.data(), values_.data(), count_, map.info().key_size, map.value_bytes());
    const MapType type = map.info().type;
    for (std::size_t i = 0; i < count_; ++i) {
      // The old top of a stack has to be its top again.
      const std::size_t next = type == MapType::stack ? count_ - 1 - i : i;
      put_back(all.key(next), all.value(next));
    }
    const std::size_t done = writer_.written().put;
    if (done == 0) return;
    note(fmt::format("{} {} that could not be written {} put back into {}{}{}", done,
                     done == 1 ? "entry" : "entries", done == 1 ? "was" : "were", map.label(),
                     type == MapType::queue ? ", at the end of the queue" : "",
                     may_be_printed ? "; some of them may have been printed" : ""));
  }

 private:
  void put_back(ByteView key, ByteView value) {
    const Update update = key.empty() ? Update::any : Update::create;
    try {
      writer_.put({.bytes = {key.begin(), key.end()}}, value, update);
    } catch (const Error& error) {
      const std::string what = key.empty() ? "" : key_text_of(target_.shown().key, key) + " ";
      note(fmt::format("{}with value {} was taken out of {} and not put back: {}", what,
                       value_text(target_.shown(), value), target_.map.label(),
                       error.cause() == Cause::exists ? "that key came back meanwhile"
                                                      : error.details().reason));
    }
  }

  Target& target_;
  EntryWriter writer_;
  Bytes keys_;
  Bytes values_;
  std::size_t count_ = 0;
};

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
      transit_.put_back(results_.stream().written() > delivered_);
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
    for (std::size_t i = 0; i < chunk.size(); ++i) transit_.add(chunk.key(i), chunk.value(i));
    taken_ += chunk.size();
    for (std::size_t i = 0; i < chunk.size(); ++i)
      printer_.print(*results_, chunk.key(i), chunk.value(i));
    results_.flush();
    delivered_ = results_.stream().written();
    if (!results_->holds_rows()) transit_.clear();
    progress_.add(chunk.size());
  }

  Target& target_;
  MapDrainer drainer_;
  EntryPrinter printer_;
  Results results_;
  Progress progress_;
  InTransit transit_;
  std::size_t taken_ = 0;
  std::uint64_t delivered_ = 0;  ///< bytes of output, all of them written
  bool is_finished_ = false;
};

Exit drain(const MapOptions& options, const Session& session) {
  Target target = target_of(open_map(options.map, Access::read_write), options.map, session);
  check_round_trip(target.map);
  MapDrainer drainer(target.map);
  confirm_emptying(target, session, "drain", "its entries are gone from it once they are printed");
  if (session.only_check) return Exit::done;
  watch_interrupts();
  std::signal(SIGPIPE, SIG_IGN);  // makes write() fail if the reader goes away
  return Drain(target, std::move(drainer), session).run();
}

}  // namespace

const Command drain_command("drain", "take all entries out and print them", Types::all,
                            action_of<drain>, map_options,
                            "drain visits --yes\n"
                            "drain jobs --yes -o jsonl",
                            {.can_check = true});

}  // namespace mapctl::cli
