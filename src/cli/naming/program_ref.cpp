#include "cli/naming/program_ref.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "cli/naming/map_ref.hpp"
#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"
#include "mapctl/info.hpp"
#include "mapctl/pin.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

Fd open_by_name(const std::string& name) {
  std::vector<std::string> references;
  std::uint32_t id = 0;
  for (const ProgramInfo& program : programs()) {
    if (program.name != name) continue;
    id = program.id;
    references.push_back(fmt::format("id:{}", id));
  }
  if (references.size() == 1) return open_program(id);
  if (references.empty())
    throw Failed({"not_found",
                  Exit::not_found,
                  fmt::format("there is no program '{}'", excerpt(name)),
                  {},
                  {"kernel names have at most 15 characters; name it by its id or its pin"}});
  throw Failed({"ambiguous",
                Exit::not_found,
                fmt::format("'{}' is the name of {} programs: {}", excerpt(name), references.size(),
                            fmt::join(references, ", ")),
                "kernel names need not be unique",
                {"name one of them by its id"}});
}

}  // namespace

Fd open_program_called(const std::string& reference) {
  if (const auto id = whole_number(reference)) return open_program(*id);
  if (reference.starts_with("name:")) return open_by_name(reference.substr(5));
  if (!reference.starts_with("id:")) return open_program(pin_path(reference));
  if (const auto id = whole_number(reference.substr(3))) return open_program(*id);
  throw usage_error(fmt::format("'{}' is not a program id", reference), {"ids are numbers: id:42"});
}

}  // namespace mapctl::cli
