#include "cli/session/session.hpp"

#include "cli/output/row.hpp"

namespace mapctl::cli {

void print_report(const Session& session, std::initializer_list<Count> counts) {
  if (session.quiet && !session.json()) return;
  std::vector<Column> columns;
  for (const Count& count : counts) columns.push_back({std::string{count.name}});
  Results results(session, Document::record, std::move(columns));
  Row row(*results);
  row.begin();
  for (const Count& count : counts) row.integer(count.name, count.value);
  row.end();
  results.finish();
}

void print_done(const Session& session, std::initializer_list<Count> facts, Changed changed) {
  if (!session.json()) return;
  Results results(session, Document::record);
  Row row(*results);
  row.begin().boolean("changed", changed == Changed::yes);
  for (const Count& fact : facts) row.integer(fact.name, fact.value);
  row.end();
  results.finish();
}

}  // namespace mapctl::cli
