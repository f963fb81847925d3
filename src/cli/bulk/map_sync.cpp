#include "cli/bulk/map_sync.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>

#include "cli/output/interrupt.hpp"
#include "cli/session/confirm.hpp"
#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"
#include "mapctl/text/codec.hpp"
#include "text/layout/value_mask.hpp"

namespace mapctl::cli {

namespace {

/// Returns the same map after a check that its entries can be compared, and deleted.
Target& checked(Target& target, bool prune) {
  refuse_objects(target.map);
  refuse_frozen(target.map);
  const MapType type = target.map.info().type;
  if (prune && !can(type, Operation::erase))
    throw Failed({"unsupported",
                  Exit::refused,
                  fmt::format("{}: {}", target.map.label(), refusal(type, Operation::erase)),
                  {},
                  {"leave --prune out"}});
  watch_interrupts();
  return target;
}

}  // namespace

std::size_t DeleteLimit::of(std::size_t entries) const {
  return static_cast<std::size_t>(is_percent ? value * static_cast<double>(entries) / 100 : value);
}

std::optional<DeleteLimit> delete_limit(std::string text) {
  if (text.empty()) return std::nullopt;
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
      wanted_(target),
      comparison_(target, plan.counters),
      writer_(target, session,
              plan.is_fed ? nullptr : &input_.emplace(target, plan.input, EntryParts::both)),
      must_pass_(target, plan.must_pass),
      order_(target.map, target.schema) {}

bool MapSync::read() {
  {
    Progress progress(session_, Progress::Prints::nothing, "checking");
    wanted_.add_all(*input_, progress);
  }
  from_file_ = wanted_.size();
  if (input_->wrong() == 0) return true;
  nothing_written(*input_);
  return false;
}

void MapSync::set(const std::string& key, const std::string& value) {
  if (wanted_.set(target_, key, value) && input_)
    note(fmt::format("'{}' of {} is not taken: the command line says {}", key, name(), value));
}

void MapSync::keep(ByteView key) {
  if (const std::optional<Bytes> value = target_.find(key)) wanted_.keep(key, *value);
}

void MapSync::changed(std::size_t wanted, ByteView old) {
  if (printer_) printer_->changed(wanted, old);
}

void MapSync::extra(ByteView key, ByteView value) {
  if (printer_) printer_->extra(key, value);
  if (!plan_.prune) return;
  writer_.will_erase(key);
  must_pass_.erase(key);
  append_bytes(extra_keys_, key);
  const auto number = static_cast<std::uint32_t>(erases_.size());
  erases_.push_back({Step::Kind::erase, number, order_.rank(key, value)});
}

/// Compares, and refuses what must not be written. Returns how many deletes come first.
std::size_t MapSync::compare_and_check() {
  {
    Progress progress(session_, printer_ ? Progress::Prints::results : Progress::Prints::nothing,
                      "comparing");
    differences_ = cli::compare(target_, wanted_, comparison_, *this, progress);
  }
  if (printer_) printer_->finish(differences_);
  return check();
}

std::size_t MapSync::check() {
  check_outside();
  if (writer_.is_guarded() || must_pass_.is_needed())
    for (const auto& numbers : {std::cref(differences_.added), std::cref(differences_.changed)})
      for (const std::uint32_t number : numbers.get()) {
        writer_.will_put(wanted_.key(number), wanted_.value(number));
        must_pass_.put(wanted_.key(number), wanted_.value(number));
      }
  const std::size_t first = room_needed();
  check_deletions();
  writer_.check([this] { return fmt::format("sync {}", target_.map.label()); }, WayOut::one_more);
  must_pass_.check();
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

void MapSync::compare_only(const std::vector<Bytes>& gone, std::size_t entries) {
  differences_ = compare_keys(target_, wanted_, gone, entries, comparison_, *this);
  first_ = check();
}

bool MapSync::write(bool is_read) {
  const std::vector<Step> puts = this->puts();
  if (order_.matters()) std::ranges::stable_sort(erases_, {}, &Step::rank);
  const std::span<const Step> erases = erases_;
  const bool waits = is_read && order_.hides();
  writer_.begin("writing", puts.size() + erases.size(), "differences were written");
  const bool is_done = write(erases.first(first_), waits) && write(puts, waits) &&
                       write(erases.subspan(first_), waits);
  if (is_done) Progress::clear();
  return is_done;
}

/// New and changed entries, those of the highest rank first.
std::vector<MapSync::Step> MapSync::puts() const {
  std::vector<Step> steps;
  const auto add = [&](Step::Kind kind, const std::vector<std::uint32_t>& numbers) {
    for (const std::uint32_t i : numbers)
      steps.push_back({kind, i, order_.rank(wanted_.key(i), wanted_.value(i))});
  };
  add(Step::Kind::add, differences_.added);
  add(Step::Kind::change, differences_.changed);
  if (order_.matters()) std::ranges::stable_sort(steps, std::greater{}, &Step::rank);
  return steps;
}

/// The bits that an existing entry keeps.
Bytes MapSync::kept_bits(std::size_t number) const {
  const ByteView kept = wanted_.kept(number);
  Bytes mask(kept.begin(), kept.end());
  const Bytes& counters = comparison_.ignored();
  mask.resize(std::max(mask.size(), counters.size()));
  for (std::size_t i = 0; i < counters.size(); ++i) mask[i] |= counters[i];
  return mask;
}

void MapSync::append(EntryBlock& block, const Step& step) const {
  if (step.kind == Step::Kind::erase) {
    const Packed keys{extra_keys_, target_.map.info().key_size};
    return block.add({.erases = true, .key = keys[step.number]});
  }
  InputEntry entry = wanted_.entry(step.number);
  const Bytes mask = kept_bits(step.number);
  entry.kept = step.kind == Step::Kind::change ? ByteView{mask} : ByteView{};
  block.add(entry);
  if (step.kind == Step::Kind::add)
    keep_bits(ByteSpan{block.values}.last(mask.size()), Bytes(mask.size()), mask);
}

/// waits: until running programs have ended, before the entries of another rank are written.
bool MapSync::write(std::span<const Step> steps, bool waits) {
  EntryBlock block;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool begins_rank = i == 0 || steps[i].rank != steps[i - 1].rank;
    if (waits && begins_rank && written().steps() > 0) wait_for_readers();
    append(block, steps[i]);
    const bool goes_on = i + 1 < steps.size() && steps[i].goes_with(steps[i + 1]);
    if (goes_on && !block.is_full()) continue;
    if (!writer_.write(block)) return false;
    block.clear();
  }
  return true;
}

/// Entries of the part may not replace those outside of it.
void MapSync::check_outside() {
  if (differences_.taken.empty()) return;
  if (plan_.is_fed) {
    std::ranges::sort(differences_.taken);
    std::erase_if(differences_.added, [&](std::uint32_t number) {
      return std::ranges::binary_search(differences_.taken, number);
    });
    return;
  }
  const ByteView key = wanted_.key(differences_.taken.front());
  throw Failed(
      {"taken",
       Exit::refused,
       fmt::format("cannot sync {}: --where does not hold for what it has at {} keys of {}",
                   target_.reference, differences_.taken.size(), name()),
       fmt::format("the first is {}; nothing was written", key_text_of(target_.schema.key, key)),
       {"leave these entries out of the file, or delete them from the map first"}});
}

/// Returns how many entries have to be deleted before all new ones fit.
std::size_t MapSync::room_needed() const {
  const Map& map = target_.map;
  const std::size_t most = map.info().max_entries;
  const std::size_t together =
      differences_.in_map() + differences_.outside + differences_.added.size();
  if (together <= most) return 0;
  const std::size_t missing = together - most;
  if (plan_.prune && missing <= differences_.extra) return missing;
  const bool prune_helps =
      !plan_.prune && missing <= differences_.extra && can(map.info().type, Operation::erase);
  throw Failed(
      {"map_full",
       Exit::full,
       fmt::format("cannot sync {}: {} entries do not fit, nothing was written", map.label(),
                   together - (plan_.prune ? differences_.extra : 0)),
       fmt::format("it holds at most {}, and a BPF map cannot grow", most),
       {prune_helps ? "delete what is not in the file: --prune" : "leave entries out of the file",
        "rebuild the map larger: " + larger_map(map.label(), 2 * together)}});
}

void MapSync::check_deletions() const {
  if (!plan_.max_delete) return;
  const std::size_t entries = differences_.in_map();
  if (differences_.extra <= plan_.max_delete->of(entries)) return;
  throw Failed({"max_delete",
                Exit::bad_data,
                fmt::format("{} of the {} entries of {} are not in {}: nothing was written",
                            differences_.extra, entries, target_.map.label(), name()),
                fmt::format("--max-delete allows {}", plan_.max_delete->text),
                {"look at the file, and at what would be deleted: " + diff_command(),
                 "allow more with a larger --max-delete"}});
}

/// The call that shows the differences as this sync finds them.
std::string MapSync::diff_command() const {
  const std::string map = shell_word(target_.map.label());
  const std::string& source = plan_.input.command;
  std::string command =
      source.empty()
          ? fmt::format("mapctl diff {} {}", map, shell_word(plan_.input.file))
          : fmt::format("mapctl sync {} --exec {} --prune --dry-run", map, shell_word(source));
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) command += fmt::format(" {} {}", name, shell_word(value));
  };
  if (plan_.input.value) command += " --value " + shell_word(*plan_.input.value);
  if (const auto format = plan_.input.format)
    add("--format", split_names(input_formats)[static_cast<std::size_t>(*format)]);
  if (plan_.counters) command += " --counters";
  for (const std::string& where : session_.where) add("--where", where);
  add("--btf", session_.btf);
  add("--key-as", session_.key_as);
  add("--value-as", session_.value_as);
  if (session_.hex) command += " --hex";
  return command;
}

/// A file that is empty by mistake must not empty the map. Only a limit that allows that is
/// consent.
void MapSync::confirm_emptying() const {
  if (plan_.is_fed || !plan_.prune || !file_is_empty() || differences_.extra == 0) return;
  const std::size_t entries = differences_.in_map();
  if (plan_.max_delete && plan_.max_delete->of(entries) >= entries) return;
  const std::string part = target_.where ? " for which --where holds" : "";
  confirm(session_, fmt::format("delete all entries of {}{}", target_.map.label(), part),
          fmt::format("{} has no entries, and the map has {}", name(), differences_.extra));
}

}  // namespace mapctl::cli
