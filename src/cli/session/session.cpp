#include "cli/session/session.hpp"

#include "cli/output/row.hpp"

namespace mapctl::cli {

void print_report(const Session& session, std::initializer_list<Count> counts) {
  std::vector<Column> columns;
  for (const Count& count : counts) columns.push_back({std::string{count.name}});
  Results results(session, Document::record, std::move(columns));
  Row row(*results);
  row.begin();
  for (const Count& count : counts) row.integer(count.name, count.value);
  row.end();
  results.finish();
}

void print_summary(const Session& session, std::initializer_list<Count> counts) {
  if (session.json() || session.format == Format::table) print_report(session, counts);
}

}  // namespace mapctl::cli
