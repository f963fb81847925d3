#include "cli/bulk/map_sync.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "cli/output/interrupt.hpp"
#include "cli/session/confirm.hpp"
#include "cli/session/failure.hpp"

namespace mapctl::cli {

namespace {

void check_prunable(const Map& map) {
  const MapType type = map.info().type;
  if (can(type, Operation::erase)) return;
  throw Failed({"unsupported",
                Exit::refused,
                fmt::format("{}: {}", map.label(), refusal(type, Operation::erase)),
                {},
                {"leave --prune out"}});
}

/// Returns the same map after a check that its entries can be compared.
Target& checked(Target& target, bool prune) {
  refuse_objects(target.map);
  if (prune) check_prunable(target.map);
  watch_interrupts();
  return target;
}

}  // namespace

std::size_t DeleteLimit::of(std::size_t entries) const {
  return static_cast<std::size_t>(is_percent ? value * static_cast<double>(entries) / 100 : value);
}

DeleteLimit delete_limit(std::string text) {
  DeleteLimit limit{.text = std::move(text)};
  limit.is_percent = limit.text.ends_with('%');
  const char* const begin = limit.text.data();
  const char* const end = begin + limit.text.size() - (limit.is_percent ? 1 : 0);
  const auto [stop, error] = std::from_chars(begin, end, limit.value);
  const double most = limit.is_percent ? 100 : std::numeric_limits<std::uint32_t>::max();
  const bool is_number = error == std::errc{} && stop == end;
  if (is_number && limit.value >= 0 && limit.value <= most) return limit;
  throw usage_error(fmt::format("--max-delete: '{}' is no number of entries", limit.text),
                    {"give a number, such as 100, or a part of the map, such as 10%"});
}

MapSync::MapSync(Target& target, const SyncPlan& plan, const Session& session)
    : target_(checked(target, plan.prune)),
      plan_(plan),
      session_(session),
      input_(target, plan.input, EntryParts::both),
      wanted_(target),
      comparison_(target, plan.counters),
      writer_(target, session, &input_),
      extras_(target) {}

bool MapSync::read() {
  {
    Progress progress(session_, Progress::Prints::nothing, "checking");
    wanted_.add_all(input_, progress);
  }
  if (input_.wrong() == 0) return true;
  nothing_written(input_);
  return false;
}

void MapSync::set(const std::string& key, const std::string& value) {
  if (wanted_.set(target_, key, value))
    note(fmt::format("'{}' of {} is not taken: the command line says {}", key, input_.name(),
                     value));
}

void MapSync::changed(std::size_t wanted, ByteView old) {
  if (printer_) printer_->changed(wanted, old);
}

void MapSync::extra(ByteView key, ByteView value) {
  if (plan_.prune) writer_.will_erase(key);
  if (printer_)
    printer_->extra(key, value);
  else if (plan_.prune)
    extras_.add(key, value);
}

/// Compares, and refuses what must not be written. Returns how many deletes come first.
std::size_t MapSync::compare_and_check() {
  {
    Progress progress(session_, printer_ ? Progress::Prints::results : Progress::Prints::nothing,
                      "comparing");
    differences_ = cli::compare(target_.map, wanted_, comparison_, *this, progress);
  }
  if (printer_) printer_->finish(differences_);
  if (writer_.is_guarded())
    for (const auto& numbers : {std::cref(differences_.added), std::cref(differences_.changed)})
      for (const std::uint32_t number : numbers.get())
        writer_.will_put(wanted_.key(number), wanted_.value(number));
  const std::size_t first = room_needed();
  check_deletions();
  writer_.check([this] { return fmt::format("sync {}", target_.map.label()); }, WayOut::one_more);
  return first;
}

void MapSync::compare_and_print() {
  printer_.emplace(session_, target_, wanted_, plan_.counters, plan_.prune);
  compare_and_check();
}

void MapSync::compare() {
  first_ = compare_and_check();
  confirm_emptying();
  if (first_ > 0)
    note(fmt::format("{} has no room for old and new together: {} entries are deleted first",
                     target_.map.label(), first_));
}

bool MapSync::write(bool is_read) {
  SyncWriter order(target_, is_read, wanted_, comparison_, writer_);
  if (!order.write(differences_, std::move(extras_).keys(), first_)) return false;
  Progress::clear();
  return true;
}

/// Returns how many entries have to be deleted before all new ones fit.
std::size_t MapSync::room_needed() const {
  const Map& map = target_.map;
  const std::size_t most = map.info().max_entries;
  const std::size_t together = differences_.in_map() + differences_.added.size();
  if (together <= most) return 0;
  const std::size_t missing = together - most;
  if (plan_.prune && missing <= differences_.extra) return missing;
  throw Failed(
      {"map_full",
       Exit::full,
       fmt::format("cannot sync {}: {} entries do not fit, nothing was written", map.label(),
                   together - (plan_.prune ? differences_.extra : 0)),
       fmt::format("it holds at most {}, and a BPF map cannot grow", most),
       {plan_.prune ? "leave entries out of the file" : "delete what is not in the file: --prune",
        "rebuild the map larger: " + larger_map(map.label(), 2 * together)}});
}

void MapSync::check_deletions() const {
  if (!plan_.max_delete) return;
  const std::size_t entries = differences_.in_map();
  if (differences_.extra <= plan_.max_delete->of(entries)) return;
  throw Failed({"max_delete",
                Exit::bad_data,
                fmt::format("{} of the {} entries of {} are not in {}: nothing was written",
                            differences_.extra, entries, target_.map.label(), input_.name()),
                fmt::format("--max-delete allows {}", plan_.max_delete->text),
                {"look at the file, and at what would be deleted: --dry-run",
                 "allow more with a larger --max-delete"}});
}

/// A file that is empty by mistake must not empty the map.
void MapSync::confirm_emptying() const {
  const bool empties = plan_.prune && differences_.extra > 0 && differences_.added.empty() &&
                       differences_.extra == differences_.in_map();
  if (!empties || plan_.max_delete) return;
  confirm(session_, fmt::format("delete all entries of {}", target_.map.label()),
          fmt::format("{} has no entries, and the map has {}", input_.name(), differences_.extra));
}

}  // namespace mapctl::cli
