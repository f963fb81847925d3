#include "cli/metrics/entry_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/entry/entry.hpp"
#include "cli/entry/number_columns.hpp"
#include "cli/entry/walk.hpp"
#include "cli/metrics/map_metrics.hpp"
#include "cli/output/cells.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

/// A number in the values, in a column of its own.
struct Series {
  std::string metric;
  std::size_t column;
};

bool is_counter(const Schema& schema, const Column& column) {
  const std::optional<Member> member = member_of(schema, column);
  return is_number(layout_of(schema, column)) && (!member || member->role == Role::counter);
}

/// A counter, or something that has counters in it.
bool has_counter(const Member& member) {
  if (member.role == Role::counter) return true;
  const Layout& type = member.type.kind == Kind::array ? *member.type.element : member.type;
  return std::ranges::any_of(type.members, has_counter);
}

std::string metric_of(std::string_view field) {
  constexpr std::string_view ending = "_total";
  constexpr std::string_view side = "value.";
  if (field.starts_with(side)) field.remove_prefix(side.size());
  if (field.ends_with(ending)) field.remove_suffix(ending.size());
  return fmt::format("bpf_map_entry_{}_total", label_name(field));
}

/// Collects the numbers and labels of entries, which the other formats print in the same columns.
class SeriesOutput : public CellOutput {
 public:
  SeriesOutput(Stream& unused, const Schema& schema, const EntryPrinter& printer,
               std::string_view fields, Labels map)
      : CellOutput(unused), map_(std::move(map)) {
    begin(Document::list, printer.columns());
    for (const Column& column : columns())
      if (column.member == "key") add_label(column);
    choose(schema, fields);
    samples_.resize(series_.size());
  }

  void end() override {}

  std::size_t entries() const noexcept { return seen_.size(); }

  void write(Exposition& out) const {
    for (std::size_t i = 0; i < series_.size(); ++i) {
      out.begin(series_[i].metric, MetricType::counter,
                "A counter in the values of the map, of each of its entries.");
      for (const auto& [labels, number] : samples_[i]) out.sample(labels, number);
    }
  }

 protected:
  void row(CellRow& row) override {
    Labels labels = map_;
    for (std::size_t i = 0; i < label_names_.size(); ++i)
      labels.emplace_back(label_names_[i], row[i].text);
    std::string text = label_text(labels);
    if (!seen_.insert(text).second) return;  // a control character is written like its escape
    for (std::size_t i = 0; i < series_.size(); ++i)
      if (const Cell& cell = row[series_[i].column]; cell.is_number && cell.text != "-")
        samples_[i].emplace_back(text, cell.text);
  }

 private:
  using Samples = std::vector<std::pair<std::string, std::string>>;

  /// The columns of the key come first.
  void add_label(const Column& column) {
    std::string name = column.field.empty() ? "key" : "key_" + label_name(column.field);
    while (std::ranges::find(label_names_, name) != label_names_.end()) name += '_';
    label_names_.push_back(std::move(name));
  }

  /// Finds the columns of the fields that are asked for, else those that are counters.
  void choose(const Schema& schema, std::string_view fields) {
    std::vector<std::string> known;
    std::vector<std::string> left_out;
    for (std::size_t i = label_names_.size(); i < columns().size(); ++i) {
      const Column& column = columns()[i];
      if (!is_number(layout_of(schema, column))) {
        const std::optional<Member> member = member_of(schema, column);
        if (member && has_counter(*member)) left_out.push_back(column.title);
        continue;
      }
      known.push_back(column.title);
      if (fields.empty() && is_counter(schema, column)) add_series(column.title, i);
    }
    for (const std::string_view field : split_names(fields)) {
      const auto found = std::ranges::find(columns(), field, &Column::title);
      if (found == columns().end() || std::ranges::find(known, field) == known.end())
        refuse_field("--fields", field, known);
      add_series(field, static_cast<std::size_t>(found - columns().begin()));
    }
    if (series_.empty()) refuse_field("--fields", {}, known);
    if (fields.empty() && !left_out.empty())
      note(fmt::format("counters in arrays and structs become no series: {}", name_list(left_out)));
  }

  void add_series(std::string_view field, std::size_t column) {
    const std::string metric = metric_of(field);
    if (std::ranges::find(series_, metric, &Series::metric) == series_.end())
      series_.push_back({metric, column});
  }

  Labels map_;
  std::vector<std::string> label_names_;
  std::vector<Series> series_;
  std::vector<Samples> samples_;  ///< of each of the series
  std::set<std::string> seen_;
};

void write_truncated(Exposition& out, const Map& map, const EntryMetrics& wanted,
                     bool is_truncated) {
  out.begin("bpf_map_entry_series_truncated", MetricType::gauge,
            "1 if more entries of the map were to be shown than the limit allows.");
  out.sample(label_text(map_labels(map.info())), is_truncated ? 1 : 0);
  if (is_truncated)
    note(fmt::format(
        "{} has more entries than {}: choose them with --where and --sort, or allow more "
        "with --limit",
        map.label(), *wanted.selection.limit));
}

}  // namespace

void write_entry_metrics(Exposition& out, const EntryMetrics& wanted, Session session) {
  session.format = Format::plain;
  const auto target = open_target(wanted.map, Operation::next_key, session);
  std::optional<CpuSum> sum;
  if (target->schema.per_cpu) sum.emplace(*target, session.format);
  const Schema shown = sum ? sum->schema() : target->shown();
  Schema fields = selectable(*target);
  if (sum) fields.per_cpu = false;

  const EntryPrinter printer(shown, EntryPrinter::Parts::entry);
  Stream unused(-1);
  SeriesOutput series(unused, shown, printer, wanted.fields, map_labels(target->map.info()));
  Selection selection = wanted.selection;
  const std::uint32_t most = *selection.limit;
  selection.limit = most + 1;  // one more, to see whether there are more
  std::size_t found = 0;
  Selector selector(selection, fields, [&](ByteView key, ByteView value) {
    if (found++ < most) printer.print(series, key, value);
  });
  Bytes added;
  const auto take = [&](const Chunk& chunk, std::size_t i) {
    if (!sum) return selector.take(chunk.key(i), chunk.value(i));
    added = sum->of(chunk.value(i));
    return selector.take(chunk.key(i), added);
  };
  const WalkStats stats = walk(target->map, MapReader::Wanted::entries, take);
  selector.finish();
  series.write(out);
  write_truncated(out, target->map, wanted, found > most);
  note_walk(target->map, stats, false);
}

}  // namespace mapctl::cli
