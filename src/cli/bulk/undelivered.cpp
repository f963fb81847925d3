#include "cli/bulk/undelivered.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "mapctl/text/codec.hpp"
#include "mapctl/text/text_writer.hpp"

namespace mapctl::cli {

namespace {

std::string value_text(const Schema& schema, ByteView value) {
  if (!schema.per_cpu) return text_of(schema.value, value);
  std::string text;
  TextWriter writer{text};
  decode_per_cpu(schema.value, possible_cpus(), value, writer);
  return text;
}

void drop_front(Bytes& bytes, std::size_t count) {
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
}

std::string_view entries(std::size_t count) { return count == 1 ? "entry" : "entries"; }

}  // namespace

void InTransit::add(ByteView key, ByteView value) {
  append_bytes(keys_, key);
  append_bytes(values_, value);
  ++count_;
}

void InTransit::delivered(std::uint64_t written) {
  // Values in ends_ never decrease, so a binary search works.
  const auto first = std::ranges::upper_bound(ends_, written);
  const auto count = static_cast<std::size_t>(first - ends_.begin());
  ends_.erase(ends_.begin(), first);
  drop_front(keys_, count * target_.map.info().key_size);
  drop_front(values_, count * target_.map.value_bytes());
  count_ -= count;
}

ByteView InTransit::key(std::size_t i) const {
  const std::size_t size = target_.map.info().key_size;
  return ByteView(keys_).subspan(i * size, size);
}

ByteView InTransit::value(std::size_t i) const {
  const std::size_t size = target_.map.value_bytes();
  return ByteView(values_).subspan(i * size, size);
}

void InTransit::put_back() {
  const MapType type = target_.map.info().type;
  std::size_t done = 0;
  // Entries go back in the order that makes the old top of a stack the top again.
  for (std::size_t i = 0; i < count_; ++i)
    done += put_back(type == MapType::stack ? count_ - 1 - i : i) ? 1 : 0;
  if (done > 0)
    note(fmt::format("{} {} that could not be written {} put back into {}{}", done, entries(done),
                     done == 1 ? "was" : "were", target_.map.label(),
                     type == MapType::queue ? ", at the end of the queue" : ""));
  count_ = 0;
}

bool InTransit::put_back(std::size_t i) {
  const Update update = is_keyless(target_.map.info().type) ? Update::any : Update::create;
  try {
    writer_.put({.bytes = {key(i).begin(), key(i).end()}}, value(i), update);
    return true;
  } catch (const Error& error) {
    tell_lost(i, error.cause() == Cause::exists ? "that key came back meanwhile"
                                                : error.details().reason);
    return false;
  }
}

void InTransit::tell_lost(std::size_t i, const std::string& reason) const {
  const std::string what = key(i).empty() ? "" : key_text_of(target_.shown().key, key(i)) + " ";
  note(fmt::format("{}with value {} was taken out of {} and not put back: {}", what,
                   value_text(target_.shown(), value(i)), target_.map.label(), reason));
}

}  // namespace mapctl::cli
