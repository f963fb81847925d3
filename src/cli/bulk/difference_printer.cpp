#include "cli/bulk/difference_printer.hpp"

#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

Schema shown_schema(const Target& target, bool counters) {
  Schema schema = target.shown();
  if (!counters) schema.value = without_counters(schema.value);
  return schema;
}

}  // namespace

DifferencePrinter::DifferencePrinter(const Session& session, const Target& target,
                                     const WantedEntries& wanted, bool counters, bool shows_extra)
    : wanted_(wanted),
      schema_(shown_schema(target, counters)),
      shows_extra_(shows_extra),
      results_(session, Document::list, {{"change"}, {"key"}, {"old"}, {"value"}}) {}

void DifferencePrinter::changed(std::size_t number, ByteView old) {
  const ByteView value = wanted_.value(number);
  print("changed", wanted_.key(number), &old, &value);
}

void DifferencePrinter::extra(ByteView key, ByteView value) {
  if (shows_extra_) print("removed", key, &value, nullptr);
}

void DifferencePrinter::finish(const Differences& differences) {
  for (const std::uint32_t number : differences.added) {
    const ByteView value = wanted_.value(number);
    print("added", wanted_.key(number), nullptr, &value);
  }
  results_.finish();
}

void DifferencePrinter::print(std::string_view change, ByteView key, const ByteView* old,
                              const ByteView* value) {
  results_->begin_struct();
  results_->member("change");
  results_->word(change);
  results_->member("key");
  decode_key(schema_.key, key, *results_);
  if (old != nullptr) print_value("old", *old);
  if (value != nullptr) print_value("value", *value);
  results_->end_struct();
}

void DifferencePrinter::print_value(std::string_view member, ByteView value) {
  results_->member(member);
  if (!schema_.per_cpu) return decode(schema_.value, value, *results_);
  decode_per_cpu(schema_.value, possible_cpus(), value, *results_);
}

}  // namespace mapctl::cli
