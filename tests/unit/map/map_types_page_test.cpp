// docs/map-types.md agrees with the library's table.

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "map/type/map_type_table.hpp"

namespace mapctl::test {
namespace {

constexpr const char* page = MAPCTL_SOURCE_DIR "/docs/map-types.md";

constexpr std::string_view introduction =
    R"(# Map types: what user space can do with them

Made by `unit_tests` from the table in `src/map/type/map_type_table.cpp`, which `mapctl show`, refusals and errors
are made from, too; the kernel tests hold that table against the kernel that runs. The versions are the first Linux
that can; where a cell says `yes`, that is as soon as there is the type. Distributions may have brought some of it to
older kernels: mapctl asks the kernel first, and names the version only to explain a refusal.

)";

/// These texts are in the order of KeyContent.
constexpr std::array keys{"–",         "bytes",  "index",  "number",   "prefix",
                          "cgroup id", "a task", "a file", "a socket", "a cgroup"};
/// These texts are in the order of ValueContent.
constexpr std::array values{"–",          "bytes",          "maps",          "programs",
                            "cgroups",    "perf events",    "XDP sockets",   "sockets",
                            "interfaces", "queues of CPUs", "kernel structs"};

std::string cell(MapType type, Operation operation) {
  const auto version = since(type, operation);
  if (!version) return "–";
  return version == since(type) ? "yes" : version_text(*version);
}

void write_table(std::ostream& out) {
  out << "| type | since | keys | values |";
  for (const Operation operation : all_operations())
    out << ' ' << operation_name(operation) << " |";
  out << "\n|---|---|---|---|";
  for (std::size_t i = 0; i < all_operations().size(); ++i) out << "---|";
  out << '\n';
  for (const MapType type : all_map_types()) {
    out << "| `" << type_name(type) << "` | " << version_text(*since(type)) << " | "
        << keys.at(static_cast<std::size_t>(key_content(type))) << " | "
        << values.at(static_cast<std::size_t>(value_content(type))) << " |";
    for (const Operation operation : all_operations()) out << ' ' << cell(type, operation) << " |";
    out << '\n';
  }
}

/// The refusals of a type that name an alternative; for batches it is always the same.
std::string instead(MapType type) {
  using enum Operation;
  std::string sentences;
  for (const Operation operation : {create, lookup, update, erase, pop, next_key}) {
    const std::string sentence = refusal(type, operation);
    const bool names_another = sentence.find(';') != std::string::npos;
    if (!can(type, operation) && names_another) sentences += "<br>" + sentence;
  }
  return sentences.empty() ? sentences : sentences.substr(std::string_view("<br>").size());
}

void write_instead(std::ostream& out) {
  out << "| type | what is refused; what instead |\n|---|---|\n";
  for (const MapType type : all_map_types())
    if (const std::string sentences = instead(type); !sentences.empty())
      out << "| `" << type_name(type) << "` | " << sentences << " |\n";
}

void write_objects(std::ostream& out) {
  out << "| type | what an update takes |\n|---|---|\n";
  for (const MapType type : all_map_types())
    if (!object_of(type).empty())
      out << "| `" << type_name(type) << "` | " << object_of(type) << " |\n";
}

std::string page_from_table() {
  std::ostringstream out;
  out << introduction;
  write_table(out);
  out << "\n`mmap` of an array needs the flag mmapable, which must be given when it is created.\n"
         "Where there are no batch calls, the library makes one call for each entry.\n"
         "\n## What instead\n\n";
  write_instead(out);
  out << "\n## Objects of the kernel\n\n";
  write_objects(out);
  return out.str();
}

std::string page_in_docs() {
  std::ifstream file(page);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(MapTypesPage, SaysWhatTheTableSays) {
  if (std::getenv("MAPCTL_RENEW_DOCS") != nullptr) std::ofstream(page) << page_from_table();
  EXPECT_EQ(page_in_docs(), page_from_table())
      << "renew it: MAPCTL_RENEW_DOCS=1 unit_tests --gtest_filter=MapTypesPage.*";
}

}  // namespace
}  // namespace mapctl::test
