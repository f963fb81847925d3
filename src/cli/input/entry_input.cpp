#include "cli/input/entry_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/entry/entry.hpp"
#include "cli/feed/fetch.hpp"
#include "cli/input/saved_header.hpp"
#include "map/error/printable.hpp"
#include "mapctl/text/codec.hpp"
#include "text/layout/fields.hpp"
#include "text/layout/value_mask.hpp"
#include "text/literal/suggest.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl::cli {

namespace {

constexpr std::size_t most_told = 20;

/// Returns true if keys are encoded by the codec alone.
bool has_plain_keys(const Target& target) {
  return !names_objects(key_content(target.map.info().type)) && !target.schema.types_unreadable &&
         !holds_variables(target.schema.value);
}

/// Texts of objects are names, which are quoted in JSON.
std::string unquoted(std::string_view text) {
  const bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  if (!is_quoted) return std::string{text};
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_string()) throw BadInput(fmt::format("{} is not a JSON string", excerpt(text)));
  return json.get<std::string>();
}

}  // namespace

EntryInput::EntryInput(const Target& target, const InputOptions& options, EntryParts parts)
    : target_(target),
      options_(options),
      name_(options.file),
      parts_(options.value ? EntryParts::listed_keys : parts) {
  if (options.command.empty()) {
    paths_ = files_of(options.file);
    std::ranges::reverse(paths_);
  } else {
    name_ = options.command;
    own_source_ = std::make_unique<Source>(name_, fetch_output(name_));
    source_ = own_source_.get();
  }
  prepare();
  if (source_ == nullptr && open_next() && paths_.empty()) name_ = source_->name();
}

EntryInput::EntryInput(const Target& target, Source& source, std::optional<std::uint64_t> expected,
                       FindObject find)
    : target_(target),
      options_{.file = {}, .format = InputFormat::jsonl},
      name_(source.name()),
      source_(&source),
      parts_(EntryParts::both),
      expected_(expected) {
  prepare(std::move(find));
}

void EntryInput::prepare(FindObject find) {
  const Target& target = target_;
  const MapInfo& info = target.map.info();
  if (info.key_size == 0)
    throw usage_error(fmt::format("maps of type {} have no keys", type_name(info.type)));
  key_.resize(info.key_size);
  value_.resize(target.map.value_bytes());
  is_plain_key_ = has_plain_keys(target);
  if (holds_objects(info.type) || !is_plain_key_) objects_.emplace(std::move(find));
  if (parts_ != EntryParts::keys && !target.schema.per_cpu) end_ = End::of(target.schema.value);
  if (options_.ttl) lifetime_.emplace(target, *options_.ttl);
  if (options_.value) encode_value(*options_.value);
  if (source_ != nullptr) begin_source();
}

void EntryInput::begin_source() {
  files_.push_back({source_->name(), lines_before_});
  const auto here = [this] {
    return place(lines_before_ + std::max<std::size_t>(source_->line(), 2) - 1);
  };
  reading(here, [&] { format_ = make_input(*source_, target_.schema, parts_, options_.format); });
}

bool EntryInput::open_next() {
  if (paths_.empty()) return false;
  if (source_ != nullptr) lines_before_ += source_->line();
  own_source_ = std::make_unique<Source>(paths_.back());
  source_ = own_source_.get();
  paths_.pop_back();
  has_header_ = false;
  expected_.reset();
  found_ = 0;
  begin_source();
  return true;
}

EntryInput::~EntryInput() = default;

/// Reads the next entry; returns false at the end, or at a header that ends the entries.
bool EntryInput::read_raw() {
  for (;;) {
    const Unexplained silence(!tells());
    try {
      if (format_ == nullptr) return false;  // an empty directory
      if (!format_->next(raw_)) {
        check_number();
        if (!open_next()) return false;
        continue;
      }
    } catch (const BadInput&) {
      ++found_;
      refuse_text();
      continue;
    }
    if (raw_.kind != RawEntry::Kind::header) return true;
    if (take_header()) return false;
  }
}

const InputEntry* EntryInput::next() {
  while (read_raw()) {
    ++found_;
    try {
      encode();
      if (!has_ended()) return &entry_;
      ++ended_;
    } catch (const BadInput&) {
      refuse_text();
    } catch (...) {
      refuse();
    }
  }
  if (const std::uint64_t ended = std::exchange(ended_, 0))
    note(fmt::format("{} of {} left out: the end is past", counted(ended, "entry"), name()));
  return nullptr;
}

bool EntryInput::take_header() {
  if (!own_source_) {
    check_number();
    next_header_.emplace(raw_.key);
    return true;
  }
  if (found_ > 0 || std::exchange(has_header_, true))
    throw Failed({"bad_input",
                  Exit::bad_data,
                  fmt::format("{}: another map begins here", place(lines_before_ + raw_.line)),
                  {},
                  {"make the maps of this file: mapctl restore -f " + shell_word(name())}});
  expected_ = entries_in_header(raw_.key);
  return false;
}

/// Detects a truncated file by the number of entries in its header.
void EntryInput::check_number() const {
  if (!expected_ || *expected_ == found_) return;
  throw Failed(
      {"bad_input", Exit::bad_data,
       fmt::format("{} is not complete: its header says that {} entries follow, and there are {}",
                   source_->name(), *expected_, found_)});
}

void EntryInput::encode() {
  const Unexplained silence(!tells());
  entry_ = {.erases = raw_.kind == RawEntry::Kind::erase || parts_ == EntryParts::keys,
            .line = lines_before_ + raw_.line,
            .lines_before = lines_before_};
  encode_key();
  entry_.key = key_;
  if (entry_.erases) {
    const MapType type = target_.map.info().type;
    if (!can(type, Operation::erase)) throw BadInput(refusal(type, Operation::erase));
    return;
  }
  if (parts_ == EntryParts::listed_keys && raw_.value)
    throw BadInput("the entry has a value of its own", {"leave --value out"});
  if (parts_ == EntryParts::both) {
    if (!raw_.value) throw BadInput("the value is missing");
    encode_value(*raw_.value);
  }
  if (lifetime_) lifetime_->apply(value_, kept_);
  if (!is_in_part()) throw BadInput("--where does not hold for it", {"leave it out of the file"});
  entry_.value = value_;
  entry_.kept = kept_;
}

void EntryInput::encode_plain_key() {
  mapctl::encode(target_.schema.key, raw_.key, key_);
  check_index(target_.map, key_, raw_.key);
}

/// What the line leaves out is tested as it will be: with the bits that the map has there.
bool EntryInput::is_in_part() const {
  if (!target_.where || kept_.empty()) return target_.holds({key_, value_});
  Bytes value = value_;
  if (const auto old = target_.map.get_exact(key_)) keep_bits(value, *old, kept_);
  return target_.holds({key_, value});
}

/// Tries the fast way first; the slow way gives better messages.
void EntryInput::encode_key() {
  if (is_plain_key_ && !tells()) return encode_plain_key();
  if (is_plain_key_) try {
      return encode_plain_key();
    } catch (const BadInput&) {
      key_of_text(target_, std::string{raw_.key});
      throw;
    }
  Encoded key = key_of_text(target_, unquoted(raw_.key));
  key_ = std::move(key.bytes);
  variable_ = std::move(key.variable);
  if (key.object) objects_->keep(*std::move(key.object));
}

void EntryInput::encode_value(std::string_view text) {
  if (objects_ && holds_objects(target_.map.info().type)) {
    const std::string name = unquoted(text);
    const std::optional<ByteView> object =
        objects_->value(target_.map, own_source_ ? name : name_of_text(name));
    value_.assign(object->begin(), object->end());
    return;
  }
  encode_whole_value(target_, text, value_, kept_, variable_ ? &*variable_ : nullptr);
}

std::string EntryInput::place(std::size_t line) const {
  const auto next = std::ranges::upper_bound(files_, line - 1, {}, &File::lines_before);
  const File& file = *std::prev(next);
  return fmt::format("{}:{}", file.name, line - file.lines_before);
}

void EntryInput::refuse() {
  Failure failure = current_failure();
  if (failure.exit != Exit::usage && failure.exit != Exit::not_found) throw;
  if (++wrong_ > most_told) return;
  if (raw_.number > 0) failure.message = fmt::format("entry {}: {}", raw_.number, failure.message);
  failure.exit = Exit::bad_data;
  if (has_header_ && wrong_ == 1)
    failure.fix.push_back(
        "if the map that was saved had other types, make it again: mapctl restore NAME -f " +
        shell_word(name()));
  const MessageLine here(source_->name(), raw_.line);
  report(failure);
}

/// Millions of lines may be wrong, of which few are told: no failure is made for the others.
void EntryInput::refuse_text() {
  if (tells()) return refuse();
  ++wrong_;
}

bool EntryInput::tells() const { return wrong_ < most_told; }

void EntryInput::tell_rest() const {
  if (wrong_ > most_told) note(fmt::format("{} more are wrong", wrong_ - most_told));
}

}  // namespace mapctl::cli
