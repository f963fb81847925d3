#include "cli/bulk/difference_printer.hpp"

#include "cli/entry/entry.hpp"
#include "cli/output/row.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

DifferencePrinter::DifferencePrinter(const Session& session, const Target& target,
                                     const WantedEntries& wanted, bool counters, bool shows_extra)
    : wanted_(wanted),
      schema_(target.shown()),
      shows_extra_(shows_extra),
      results_(session, Document::list, {{"change"}, {"key"}, {"old"}, {"value"}}) {
  if (!counters) schema_.value = without_counters(schema_.value);
}

void DifferencePrinter::changed(std::size_t number, ByteView old) {
  print("changed", wanted_.key(number), old, wanted_.value(number));
}

void DifferencePrinter::extra(ByteView key, ByteView value) {
  if (shows_extra_) print("removed", key, value, {});
}

void DifferencePrinter::finish(const Differences& differences) {
  for (const std::uint32_t number : differences.added)
    print("added", wanted_.key(number), {}, wanted_.value(number));
  results_.finish();
}

void DifferencePrinter::print(std::string_view change, ByteView key, std::optional<ByteView> old,
                              std::optional<ByteView> value) {
  const auto print_value = [this](std::string_view member, std::optional<ByteView> bytes) {
    if (!bytes) return;
    results_->member(member);
    decode_value(schema_, *bytes, *results_, Texts::exact);  // bytes are compared
  };
  Row row(*results_);
  row.begin().word("change", change);
  results_->member("key");
  decode_key(schema_.key, key, *results_);
  print_value("old", old);
  print_value("value", value);
  row.end();
}

}  // namespace mapctl::cli
