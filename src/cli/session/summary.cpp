#include "cli/session/summary.hpp"

namespace mapctl::cli {

void print_report(const Session& session, std::initializer_list<Count> counts) {
  std::vector<Column> columns;
  for (const Count& count : counts) columns.push_back({std::string{count.name}});
  Results results(session, Document::record, std::move(columns));
  results->begin_struct();
  for (const Count& count : counts) {
    results->member(count.name);
    results->integer(count.value);
  }
  results->end_struct();
  results.finish();
}

void print_summary(const Session& session, std::initializer_list<Count> counts) {
  if (session.json() || session.format == Format::table) print_report(session, counts);
}

}  // namespace mapctl::cli
