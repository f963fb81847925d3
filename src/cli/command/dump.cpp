// dump: prints the whole map, chunk by chunk; with --recursive the entries of its inner maps.

#include <fmt/format.h>
#include <unistd.h>

#include <cstring>

#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "cli/entry/number_columns.hpp"
#include "cli/entry/selection.hpp"
#include "cli/entry/walk.hpp"
#include "cli/output/row.hpp"
#include "mapctl/text/codec.hpp"
#include "text/layout/fields.hpp"

namespace mapctl::cli {

namespace {

struct DumpOptions {
  std::string map;
  Selection selection{};
  bool stats = false;  ///< report how consistent the dump is
  bool sum = false;    ///< print the sum of per-CPU values
  Unions unions = Unions::one;
  bool recursive = false;  ///< print the entries of inner maps
  std::string chart{};     ///< a field
};

/// The values of a map as they are printed: with --sum, those of all CPUs added up.
class Values {
 public:
  Values(const Target& target, const DumpOptions& options, Format format) {
    if (options.sum) sum_.emplace(target, format);
    shown_ = with_unions(sum_ ? sum_->schema() : target.shown(), options.unions);
  }

  const Schema& schema() const noexcept { return shown_; }

  /// Valid until the next call.
  ByteView of(const Chunk& chunk, std::size_t i) {
    if (!sum_) return chunk.value(i);
    added_ = sum_->of(chunk.value(i));
    return added_;
  }

 private:
  Schema shown_;
  std::optional<CpuSum> sum_{};
  Bytes added_{};
};

/// Prints a JSON object for each inner map, in other formats a row for each of its entries.
class InnerDump {
 public:
  InnerDump(const Target& outer, const DumpOptions& options, Session session)
      : outer_(outer), options_(options), session_(std::move(session)) {}

  void print(ByteView outer_key, std::uint32_t id) {
    std::optional<Map> map = open(id);
    if (!map) return void(++gone_);
    const Target inner = target_of(*std::move(map), {}, session_);
    Values values(inner, options_, session_.format);
    const EntryPrinter printer(values.schema(), EntryPrinter::Parts::entry);
    begin(printer.columns());
    Output& output = **results_;
    if (session_.json()) begin_object(outer_key, id);
    const auto print_entry = [&](const Chunk& chunk, std::size_t i) {
      const ByteView value = values.of(chunk, i);  // throws before a part of the entry is written
      if (session_.json()) output.element();
      output.begin_struct();
      if (!session_.json()) print_key("outer_key", outer_key);
      printer.print_members(output, chunk.key(i), value);
      output.end_struct();
    };
    note_walk(inner.map, walk(inner.map, MapReader::Wanted::entries, print_entry), options_.stats);
    if (!session_.json()) return;
    output.end_array();
    output.end_struct();
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

  void begin_object(ByteView outer_key, std::uint32_t id) {
    Output& output = **results_;
    output.begin_struct();
    print_key("key", outer_key);
    Row(output).integer("map", id);
    output.member("entries");
    output.begin_array();
  }

  void print_key(std::string_view member, ByteView key) {
    (*results_)->member(member);
    decode_key(outer_.shown().key, key, **results_);
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
Exit dump_inner(const DumpOptions& options, const Session& session) {
  if (!options.selection.is_everything() || !options.chart.empty())
    throw usage_error("--recursive prints the entries of many maps, and selects none of them",
                      {"leave it out, or leave out --where, --sort, --limit and --chart",
                       "dump an inner map by the id that is its value: id:N"});
  Session session_of_outer = session;
  session_of_outer.value_as.clear();
  Session session_of_inner = session;
  session_of_inner.key_as.clear();
  const auto outer = open_target(options.map, Operation::next_key, session_of_outer);
  const Map& map = outer->map;
  if (!holds_maps(map.info().type))
    throw usage_error(fmt::format("--recursive is for maps of maps, and {} is of type {}",
                                  map.label(), type_name(map.info().type)));
  InnerDump inner(*outer, options, std::move(session_of_inner));
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

/// A number, or an array of counters.
bool can_chart(const Layout& layout) {
  return is_number(layout) || (layout.kind == Kind::array && is_number(*layout.element));
}

/// A histogram as the programs of libbpf-tools count it.
bool is_histogram(const Layout& layout) {
  return layout.kind == Kind::array && layout.element->kind == Kind::integer;
}

/// Marks the column of that field, or without one the histogram that programs call "slots".
void choose_chart(std::vector<Column>& columns, const Schema& schema, const DumpOptions& options) {
  std::vector<std::string> known;
  set_titles(columns);
  for (Column& column : columns) {
    if (column.member == "key" || column.title == "cpu") continue;
    const Layout layout = layout_of(schema, column);
    if (options.chart.empty() && column.field == "slots") column.is_charted = is_histogram(layout);
    if (!can_chart(layout)) continue;
    known.push_back(column.title);
    if (column.title == options.chart || "value." + column.title == options.chart)
      return void(column.is_charted = true);
  }
  if (!options.chart.empty()) refuse_field("--chart", options.chart, known);
}

Exit dump(const DumpOptions& options, const Session& session) {
  if (options.recursive) return dump_inner(options, session);
  const auto target = open_target(options.map, Operation::next_key, session);
  Values values(*target, options, session.format);
  Schema fields = selectable(*target);
  if (options.sum) fields.per_cpu = false;
  const EntryPrinter printer(values.schema(), EntryPrinter::Parts::entry);
  const VariablePrinter variables(*target);
  const bool prints_variables =
      !target->hex && session.format != Format::bpftool && holds_variables(target->schema.value);
  std::optional<Results> results;
  Selector selector(options.selection, fields, [&](ByteView key, ByteView value) {
    prints_variables ? variables.print_all(**results, value) : printer.print(**results, key, value);
  });
  std::vector<Column> columns = prints_variables ? VariablePrinter::columns() : printer.columns();
  const bool is_terminal = session.format == Format::table && Stream(STDOUT_FILENO).is_terminal();
  if (!options.chart.empty() || (is_terminal && !prints_variables))
    choose_chart(columns, values.schema(), options);
  results.emplace(session, Document::list, std::move(columns));
  const auto take = [&](const Chunk& chunk, std::size_t i) {
    return selector.take(chunk.key(i), values.of(chunk, i));
  };
  Progress progress(session, Progress::Prints::results, "reading");
  const WalkStats stats = walk(target->map, MapReader::Wanted::entries, take, &progress);
  progress.clear();
  selector.finish();
  results->finish();
  note_walk(target->map, stats, options.stats, selector.was_all() ? Extent::whole : Extent::part);
  return Exit::done;
}

constexpr Option dump_options[] = {
    map_operand<&DumpOptions::map>(),
    cpu_sum<&DumpOptions::sum>(),
    unions<&DumpOptions::unions>(),
    select_where<&DumpOptions::selection>(),
    select_sort<&DumpOptions::selection>(),
    select_limit<&DumpOptions::selection>(),
    option<&DumpOptions::chart>(
        "--chart", ValueKind::field,
        "draw this field of the values: bars for a number, a histogram for an array of counters"),
    stats<&DumpOptions::stats>(),
    flag<&DumpOptions::recursive>("-r,--recursive", "map of maps: the entries of the maps in it"),
};

}  // namespace

const Command dump_command("dump,cat", "print all entries", Types::all, action_of<dump>,
                           dump_options,
                           "dump visits\n"
                           "dump visits --where 'hits > 100' --sort -hits --limit 10 --chart hits\n"
                           "dump blocklist --where 'key in 10.0.0.0/8' -o json");

}  // namespace mapctl::cli
