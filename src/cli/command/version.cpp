#include "mapctl/version.hpp"

#include <sys/utsname.h>

#include "cli/command/commands.hpp"
#include "cli/output/row.hpp"
#include "mapctl/map_type.hpp"

namespace mapctl::cli {

namespace {

struct VersionOptions {
  bool verbose = false;
};

#ifdef MAPCTL_IS_STATIC
constexpr bool is_static = true;
#else
constexpr bool is_static = false;
#endif

std::string kernel_release() {
  utsname names{};
  return ::uname(&names) == 0 ? names.release : "unknown";
}

/// The types of maps that this kernel is too old for.
std::vector<std::string> missing_types() {
  std::vector<std::string> missing;
  for (const MapType type : types_newer_than(running_kernel())) missing.push_back(type_name(type));
  return missing;
}

Exit version(const VersionOptions& options, const Session& session) {
  if (!session.json() && !options.verbose) {
    Stream stream(1);
    stream.buffer() += "mapctl " MAPCTL_VERSION "\n";
    stream.finish();
    return Exit::done;
  }
  std::vector<Column> columns{{"version"}};
  if (options.verbose)
    for (const char* name : {"libbpf", "static", "kernel", "missing_types"})
      columns.push_back({name});
  Results results(session, Document::record, std::move(columns));
  Row row(*results);
  row.begin().word("version", MAPCTL_VERSION);
  if (options.verbose) {
    row.word("libbpf", libbpf_version())
        .boolean("static", is_static)
        .word("kernel", kernel_release());
    row.names("missing_types", missing_types());
  }
  row.end();
  results.finish();
  return Exit::done;
}

constexpr Option version_options[] = {
    flag<&VersionOptions::verbose>(
        "-v,--verbose",
        "also libbpf's version, whether it is linked statically, the kernel, and "
        "the types of maps that this kernel has not"),
};

}  // namespace

const Command version_command("version", "print the version", Types::none, action_of<version>,
                              version_options,
                              "version\n"
                              "version -v -o json");

}  // namespace mapctl::cli
