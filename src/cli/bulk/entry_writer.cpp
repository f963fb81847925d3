#include "cli/bulk/entry_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/entry/walk.hpp"
#include "cli/filter/filter_report.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/session/confirm.hpp"
#include "map/walk/mmapped_array.hpp"
#include "mapctl/batch.hpp"
#include "mapctl/text/codec.hpp"
#include "text/layout/value_mask.hpp"

namespace mapctl::cli {

namespace {

/// Programs keep counting between the read of a value and its write, so the parts are small.
constexpr std::size_t most_with_kept = 64;

/// A failure while a new map is filled changes nothing, and the new map can have any size.
[[noreturn]] void fail_new(Error error) {
  error.enrich({.done = 0});
  if (error.cause() != Cause::full) throw error;
  Failure failure = explain(error);
  failure.fix = {"make room for more: --max-entries N"};
  throw Failed(std::move(failure));
}

}  // namespace

void note_evictions(const Map& map, std::size_t written) {
  if (!is_lru(map.info().type)) return;
  const std::size_t entries = count_entries(map);
  if (entries >= written) return;
  note(fmt::format("{} is an LRU map and drops entries to make room: of {} it holds {}",
                   map.label(), written, entries));
}

void confirm_emptying(Target& target, const Session& session, const std::string& verb,
                      const std::string& consequence, bool is_dry_run) {
  std::string action = fmt::format("{} {}", verb, target.map.label());
  CallerGuard guard(target, session);
  const auto attempt = [&] { return action; };
  if (!target.where)
    guard.check_emptying(attempt);
  else if (guard.is_needed()) {
    walk(target, MapReader::Wanted::keys,
         [&](const Chunk& chunk, std::size_t i) { guard.erase(chunk.key(i)); });
    guard.check(attempt);
  }
  if (!is_dry_run) confirm(session, action, consequence);
}

Spool EntryWriter::will_write(EntryInput& input) {
  watch_interrupts();
  Spool spool;
  Progress progress(session_, Progress::Prints::nothing, "checking");
  const bool is_guarded = this->is_guarded();
  while (const InputEntry* const entry = input.next()) {
    spool.add(*entry);
    if (is_guarded) entry->erases ? will_erase(entry->key) : will_put(entry->key, entry->value);
    progress.add_one();
  }
  return spool;
}

void EntryWriter::put(const Encoded& key, ByteView value, Update update, Locking locking,
                      ByteView kept) {
  const bool may_map = !kept.empty() && update != Update::create && locking == Locking::none;
  try {
    if (!may_map || put_mapped(target_.map, key.bytes, value, 1, kept) == 0)
      target_.map.put(key.bytes, value, update, locking);
  } catch (const Error& error) {
    fail(error, false, cli::label(target_, key));
  }
  ++written_.put;
}

bool EntryWriter::erase(const Encoded& key) {
  try {
    const bool is_removed = exists(key.bytes) && target_.map.erase(key.bytes);
    ++(is_removed ? written_.deleted : written_.absent);
    return is_removed;
  } catch (const Error& error) {
    fail(error, true, cli::label(target_, key));
  }
}

void EntryWriter::begin(std::string verb, std::optional<std::size_t> total, std::string_view done) {
  watch_interrupts();
  progress_.emplace(session_, Progress::Prints::nothing, std::move(verb), total);
  total_ = total;
  done_ = done;
}

bool EntryWriter::write_all(Spool& spool, std::string verb) {
  begin(std::move(verb), spool.size());
  while (std::optional<EntryBlock> block = spool.next())
    if (!write(*block)) return false;
  progress_.reset();
  return true;
}

bool EntryWriter::write(EntryBlock& block) {
  block.erases ? erase(block) : put(block);
  if (progress_) progress_->add(block.count());
  if (!interrupted() || written_.steps() == total_) return true;
  if (total_ && !target_.is_new)
    note(fmt::format("interrupted: {} of {} {}; run it again to finish", written_.steps(), *total_,
                     done_));
  return false;
}

void EntryWriter::put(EntryBlock& block) {
  const std::size_t most = block.kept.empty() ? block.count() : most_with_kept;
  for (std::size_t from = 0; from < block.count(); from += most)
    put_part(block, from, std::min(most, block.count() - from));
}

void EntryWriter::put_part(EntryBlock& block, std::size_t from, std::size_t count) {
  const std::size_t key_size = target_.map.info().key_size;
  const std::size_t value_size = target_.map.value_bytes();
  if (!block.kept.empty()) {
    const std::size_t mapped =
        put_mapped(target_.map, ByteView{block.keys}.subspan(from * key_size, count * key_size),
                   ByteView{block.values}.subspan(from * value_size), count,
                   ByteView{block.kept}.subspan(from * value_size));
    written_.put += mapped;
    from += mapped;
    count -= mapped;
  }
  try {
    if (!block.kept.empty()) keep_old(block, from, count);
    put_batch(target_.map, ByteView{block.keys}.subspan(from * key_size, count * key_size),
              ByteView{block.values}.subspan(from * value_size, count * value_size), count);
  } catch (const Error& error) {
    written_.put += error.details().done.value_or(0);
    fail(error, false, label(block, from + error.details().done.value_or(0)));
  }
  written_.put += count;
}

/// Copies from the map the bits that the input does not set.
void EntryWriter::keep_old(EntryBlock& block, std::size_t from, std::size_t count) const {
  const std::size_t key_size = target_.map.info().key_size;
  const std::size_t value_size = target_.map.value_bytes();
  for (std::size_t i = from; i < from + count; ++i)
    if (const auto old = target_.map.get_exact(Packed{block.keys, key_size}[i]))
      keep_bits(ByteSpan{block.values}.subspan(i * value_size, value_size), *old,
                Packed{block.kept, value_size}[i]);
}

void EntryWriter::erase(const EntryBlock& block) {
  constexpr std::size_t most_named = 20;
  const auto note_absent = [&](std::size_t i) {
    ++written_.absent;
    if (absent_.size() < most_named) absent_.push_back(label(block, i));
  };
  const Packed keys{block.keys, target_.map.info().key_size};
  if (target_.where) {
    for (std::size_t i = 0; i < block.count(); ++i) try {
        exists(keys[i]) && target_.map.erase(keys[i]) ? void(++written_.deleted) : note_absent(i);
      } catch (const Error& error) {
        fail(error, true, label(block, i));
      }
    return;
  }
  const std::size_t before = written_.absent;
  const auto removed_of = [&](std::size_t done) { return done - (written_.absent - before); };
  try {
    erase_batch(target_.map, block.keys, block.count(), note_absent);
  } catch (const Error& error) {
    written_.deleted += removed_of(error.details().done.value_or(0));
    fail(error, true, label(block, error.details().done.value_or(0)));
  }
  written_.deleted += removed_of(block.count());
}

/// Returns false for an entry that does not exist for the command; others may not exist at all.
bool EntryWriter::exists(ByteView key) const {
  return !target_.where || target_.find(key).has_value();
}

/// Returns the key and its place, such as "10.0.0.0/8 (rules.txt:17)".
std::string EntryWriter::label(const EntryBlock& block, std::size_t i) const {
  const Packed keys{block.keys, target_.map.info().key_size};
  std::string text = key_text_of(target_.schema.key, keys[i]);
  if (input_ != nullptr && block.lines[i] != 0)
    text += fmt::format(" ({})", input_->place(block.lines[i]));
  return text;
}

void EntryWriter::fail(Error error, bool erases, const std::string& entry) const {
  const std::string attempt = erases ? fmt::format("delete {} from {}", entry, target_.map.label())
                                     : fmt::format("put {} into {}", entry, target_.map.label());
  error.enrich({.attempt = attempt, .done = written_.steps()});
  if (target_.is_new) fail_new(std::move(error));
  name_full_filter(error);
  throw error;
}

}  // namespace mapctl::cli
