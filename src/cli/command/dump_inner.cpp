#include "cli/command/dump_inner.hpp"

#include <fmt/format.h>

#include <cstring>

#include "cli/entry/entry.hpp"
#include "cli/entry/walk.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

/// An inner map with the printer of its entries.
class Inner {
 public:
  Inner(Map map, bool adds_up, const Session& session)
      : target_(target_of(std::move(map), {}, session)) {
    if (adds_up) sum_.emplace(target_);
    printer_.emplace(sum_ ? sum_->schema() : target_.shown(), EntryPrinter::Parts::entry);
  }
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;

  const Map& map() const noexcept { return target_.map; }
  std::vector<Column> columns() const { return printer_->columns(); }

  /// Calls begin() and end() around the members of each entry.
  template <typename Begin, typename End>
  void print(Output& output, bool wants_stats, Begin begin, End end) const {
    const auto print_entry = [&](const Chunk& chunk, std::size_t i) {
      const ByteView key = chunk.key(i);
      const Bytes sum = sum_ ? sum_->of(key, chunk.value(i)) : Bytes{};
      begin();
      printer_->print_members(output, key, sum_ ? ByteView{sum} : chunk.value(i));
      end();
    };
    note_walk(map(), walk(map(), MapReader::Wanted::entries, print_entry), wants_stats);
  }

 private:
  Target target_;
  std::optional<CpuSum> sum_;
  std::optional<EntryPrinter> printer_;
};

/// Prints a JSON object for each inner map, in other formats a row for each of its entries.
class InnerDump {
 public:
  InnerDump(const Target& outer, const DumpOptions& options, Session session)
      : outer_(outer), options_(options), session_(std::move(session)) {}

  void print(ByteView outer_key, std::uint32_t id) {
    std::optional<Map> map = open(id);
    if (!map) {
      ++gone_;
      return;
    }
    const Inner inner(*std::move(map), options_.sum, session_);
    begin(inner.columns());
    session_.json() ? print_object(outer_key, inner) : print_rows(outer_key, inner);
  }

  void finish() {
    if (!results_) begin({{"key"}, {"value"}});
    results_->finish();
    if (gone_ > 0)
      note(fmt::format("maps that left {} while it was read are passed over: {}",
                       outer_.map.label(), gone_));
  }

 private:
  /// Returns nothing if the map is gone by now.
  std::optional<Map> open(std::uint32_t id) const {
    try {
      return Map::open(id, Access::read_only);
    } catch (Error& error) {
      if (error.cause() == Cause::not_found) return std::nullopt;
      error.enrich({.attempt = fmt::format("open map {}, which is in {}", id, outer_.map.label())});
      throw;
    }
  }

  /// The columns of the first inner map are used for all.
  void begin(std::vector<Column> inner_columns) {
    if (!results_) {
      inner_columns_ = std::move(inner_columns);
      std::vector<Column> columns;
      add_columns(columns, "outer_key", outer_.shown().key);
      columns.insert(columns.end(), inner_columns_.begin(), inner_columns_.end());
      results_.emplace(session_, Document::list, std::move(columns));
      return;
    }
    const bool has_columns = session_.format == Format::table || session_.format == Format::csv;
    if (has_columns && inner_columns != inner_columns_)
      throw Failed({"unsupported",
                    Exit::refused,
                    fmt::format("the maps in {} do not have the same columns", outer_.map.label()),
                    "their types differ",
                    {"use -o plain, json or jsonl"}});
  }

  void print_object(ByteView outer_key, const Inner& inner) {
    Output& output = **results_;
    output.begin_struct();
    output.member("key");
    decode_key(outer_.shown().key, outer_key, output);
    output.member("map");
    output.integer(std::uint64_t{inner.map().info().id});
    output.member("entries");
    output.begin_array();
    const auto begin_entry = [&] {
      output.element();
      output.begin_struct();
    };
    inner.print(output, options_.stats, begin_entry, [&] { output.end_struct(); });
    output.end_array();
    output.end_struct();
  }

  void print_rows(ByteView outer_key, const Inner& inner) {
    Output& output = **results_;
    const auto begin_row = [&] {
      output.begin_struct();
      output.member("outer_key");
      decode_key(outer_.shown().key, outer_key, output);
    };
    inner.print(output, options_.stats, begin_row, [&] { output.end_struct(); });
  }

  const Target& outer_;
  const DumpOptions& options_;
  const Session session_;
  std::vector<Column> inner_columns_;
  std::optional<Results> results_;
  std::size_t gone_ = 0;
};

/// Maps of maps have no BTF types, so --key-as applies to their keys. Their values are not printed,
/// so --value-as applies to the values of the inner maps.
Session session_of_outer(const Session& session) {
  Session outer = session;
  outer.value_as.clear();
  return outer;
}

Session session_of_inner(const Session& session) {
  Session inner = session;
  inner.key_as.clear();
  return inner;
}

}  // namespace

Exit dump_inner(const DumpOptions& options, const Session& session) {
  const auto outer = open_target(options.map, Operation::next_key, session_of_outer(session));
  const Map& map = outer->map;
  if (!holds_maps(map.info().type))
    throw usage_error(fmt::format("--recursive is for maps of maps, and {} is of type {}",
                                  map.label(), type_name(map.info().type)));
  InnerDump inner(*outer, options, session_of_inner(session));
  const auto print_inner = [&](const Chunk& chunk, std::size_t i) {
    std::uint32_t id = 0;
    std::memcpy(&id, chunk.value(i).data(), sizeof id);
    inner.print(chunk.key(i), id);
  };
  const WalkStats stats = walk(map, MapReader::Wanted::entries, print_inner);
  inner.finish();
  note_walk(map, stats, options.stats);
  return Exit::done;
}

}  // namespace mapctl::cli
