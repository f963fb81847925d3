#include "mapctl/version.hpp"
#include "cli/command/commands.hpp"
#include "cli/output/row.hpp"

namespace mapctl::cli {

namespace {

struct VersionOptions {};

Exit version(const VersionOptions& /*options*/, const Session& session) {
  if (!session.json()) {
    Stream stream(1);
    stream.buffer() += "mapctl " MAPCTL_VERSION "\n";
    stream.finish();
    return Exit::done;
  }
  Results results(session, Document::record);
  Row(*results).begin().word("version", MAPCTL_VERSION).end();
  results.finish();
  return Exit::done;
}

}  // namespace

const Command version_command("version", "print the version", Types::none, action_of<version>, {},
                              "version\n"
                              "version -o json");

}  // namespace mapctl::cli
