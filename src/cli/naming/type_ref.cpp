#include "cli/naming/type_ref.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "cli/naming/map_ref.hpp"
#include "cli/naming/map_survey.hpp"
#include "map/error/printable.hpp"
#include "mapctl/bpffs.hpp"
#include "mapctl/error.hpp"
#include "mapctl/text/type_text.hpp"

namespace mapctl::cli {

namespace {

ObjectTypes types_called(const std::string& reference) {
  const bool is_loaded =
      reference.starts_with("id:") || reference.starts_with("name:") || on_bpffs(reference);
  if (!is_loaded) return ObjectTypes(std::filesystem::path{reference});
  return ObjectTypes(program_info(open_program_called(reference)));
}

/// A name without a tag before it, unlike `struct flow`, may be a mistyped type of our own.
std::optional<Layout> find_in_programs(const std::string& name, const Map* map) {
  const bool has_tag = name.find(' ') != std::string::npos;
  const auto all = map != nullptr ? types_of_programs(*map) : std::vector<ObjectTypes>{};
  for (const ObjectTypes& types : all) try {
      return types.find(name);
    } catch (const BadInput&) {
      if (has_tag && &types == &all.back()) throw;
    }
  if (!has_tag) return std::nullopt;
  throw BadInput(fmt::format("nothing says what '{}' is", excerpt(name)),
                 {"name the compiled BPF program that has it: --btf OBJECT_FILE",
                  "name a loaded program that has it, by its pin or id: --btf id:N"});
}

}  // namespace

std::vector<ObjectTypes> types_of_programs(const Map& map) {
  std::vector<ObjectTypes> found;
  std::set<std::uint32_t> seen{0};
  for (const ProgramInfo& program : programs_using(map).value_or(std::vector<ProgramInfo>{})) try {
      if (seen.insert(program.btf_id).second) found.emplace_back(program);
    } catch (const Error& error) {
      if (error.cause() != Cause::not_found) throw;  // it is gone meanwhile
    }
  return found;
}

Layout type_of_argument(const std::string& text, const std::string& object, const Map* map) {
  std::optional<ObjectTypes> types;
  return parse_type(text, [&](const std::string& name) -> std::optional<Layout> {
    if (object.empty()) return find_in_programs(name, map);
    if (!types) types.emplace(types_called(object));
    return types->find(name);
  });
}

}  // namespace mapctl::cli
