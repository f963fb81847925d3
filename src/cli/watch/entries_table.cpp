#include "cli/watch/entries_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "cli/output/cells.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

/// How much a number has grown; nothing if it is none.
std::optional<double> growth(const std::string& old, const std::string& now) {
  const auto number = [](const std::string& text) -> std::optional<double> {
    double value = 0;
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, value).ptr != end) return std::nullopt;
    return value;
  };
  const std::optional<double> before = number(old);
  const std::optional<double> after = number(now);
  if (!before || !after || !std::isfinite(*after - *before)) return std::nullopt;
  return *after - *before;
}

/// A time grows by a second each second, which says nothing.
bool is_time(const Member& member) {
  if (member.role == Role::monotonic_ns || member.role == Role::boottime_ns) return true;
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"time", "seen", "stamp", "last", "_at"},
      [&](std::string_view part) { return member.name.find(part) != std::string::npos; });
}

bool may_have_rate(const Column& column, const Schema& schema) {
  if (column.member != "value") return false;
  const auto field = find_field(schema.value, column.field);
  return !field || !is_time(*field->member);
}

}  // namespace

/// Turns entries into the cells of their rows.
class EntriesTable::Cells final : public CellOutput {
 public:
  Cells(const Target& target, const Schema& schema)
      : CellOutput(unused_), schema_(schema), printer_(schema_, EntryPrinter::Parts::entry) {
    if (!target.hex && holds_variables(target.schema.value)) variables_.emplace(target);
    begin(Document::list, variables_ ? VariablePrinter::columns() : printer_.columns());
    limit_arrays(40);
    for (const Column& column : columns()) has_rate_.push_back(may_have_rate(column, schema_));
  }

  void end() override {}
  const std::vector<Column>& titled() const { return columns(); }
  bool has_rate(std::size_t column) const { return has_rate_[column]; }

  std::vector<CellRow> of(ByteView key, ByteView value) {
    variables_ ? variables_->print_all(*this, value) : printer_.print(*this, key, value);
    return std::exchange(rows_, {});
  }

 private:
  void row(CellRow& row) override { rows_.push_back(std::move(row)); }

  Stream unused_{STDOUT_FILENO};
  Schema schema_;
  EntryPrinter printer_;
  std::optional<VariablePrinter> variables_{};
  std::vector<bool> has_rate_;
  std::vector<CellRow> rows_;
};

EntriesTable::EntriesTable(MapLook& look) : look_(look), fields_(selectable(look.target())) {
  const Target& target = look.target();
  if (fields_.per_cpu && !fields_.types_unreadable) {
    sum_.emplace(target, Format::table);
    fields_.per_cpu = false;
  }
  cells_ = std::make_unique<Cells>(target, sum_ ? sum_->schema() : target.shown());
}

EntriesTable::~EntriesTable() = default;

bool EntriesTable::look() {
  const Clock::time_point before = std::exchange(time_, Clock::now());
  seconds_ = std::chrono::duration<double>(time_ - before).count();
  return look_.look([](const Looks::Entry&) {});
}

std::string EntriesTable::title() const {
  const MapInfo& map = look_.target().map.info();
  const Looks& entries = look_.entries();
  std::string text = fmt::format("{}  {}  {}", look_.target().map.label(), type_name(map.type),
                                 counted(entries.size(), "entry"));
  if (!look_.is_of_a_part() && map.max_entries > 0 && !is_array_like(map.type))
    text += fmt::format(" of {} ({}%)", map.max_entries, entries.size() * 100 / map.max_entries);
  return text + fmt::format("  +{} -{} ~{}", entries.count(Change::added),
                            entries.count(Change::removed), entries.count(Change::changed));
}

std::vector<std::string> EntriesTable::columns() const {
  std::vector<std::string> titles;
  for (const Column& column : cells_->titled()) titles.push_back(column.title);
  return titles;
}

void EntriesTable::check(const Selection& selection) const { Selector{selection, fields_, {}}; }

ByteView EntriesTable::summed(ByteView value) {
  if (!sum_) return value;
  added_ = sum_->of(value);
  return added_;
}

void EntriesTable::select(const LiveChoice& choice, Selector& selector) {
  look_.entries().each([&](const Looks::Entry& entry) {
    if (choice.only_changes && entry.change == Change::none) return true;
    return selector.take(entry.key, summed(entry.value ? *entry.value : *entry.old));
  });
  selector.finish();
}

std::vector<LiveRow> EntriesTable::rows(const LiveChoice& choice) {
  std::vector<LiveRow> rows;
  std::size_t passed = 0;
  Selector selector(within(choice), fields_, [&](ByteView key, ByteView) {
    if (passed++ < choice.first) return;
    for (LiveRow& row : rows_of(look_.entries().find(key))) rows.push_back(std::move(row));
  });
  select(choice, selector);
  return rows;
}

std::size_t EntriesTable::count(const LiveChoice& choice) {
  std::size_t count = 0;
  Selection unordered = choice.selection;
  unordered.sort.clear();
  Selector selector(unordered, fields_, [&](ByteView, ByteView) { ++count; });
  select(choice, selector);
  return count;
}

std::vector<LiveRow> EntriesTable::rows_of(const Looks::Entry& entry) {
  std::vector<CellRow> old;
  if (entry.old) old = cells_->of(entry.key, summed(*entry.old));
  const std::vector<CellRow> now = entry.value ? cells_->of(entry.key, summed(*entry.value)) : old;
  std::vector<LiveRow> rows;
  for (std::size_t i = 0; i < now.size(); ++i) {
    LiveRow& row = rows.emplace_back(LiveRow{entry.change});
    for (std::size_t column = 0; column < now[i].size(); ++column) {
      const Cell& cell = now[i][column];
      LiveCell& shown = row.cells.emplace_back(LiveCell{cell.text, cell.is_number});
      if (entry.change != Change::changed || i >= old.size()) continue;
      const std::string& before = old[i][column].text;
      shown.is_changed = before != cell.text;
      if (shown.is_changed && cell.is_number && cells_->has_rate(column) && seconds_ > 0)
        if (const auto grown = growth(before, cell.text)) shown.rate = *grown / seconds_;
    }
  }
  return rows;
}

}  // namespace mapctl::cli
