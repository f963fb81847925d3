#include "cli/naming/type_argument.hpp"

#include <fmt/format.h>

#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "mapctl/text/object_types.hpp"
#include "mapctl/text/type_text.hpp"

namespace mapctl::cli {

namespace {

/// Without --btf, a name with a tag before it, such as `struct flow`, cannot be resolved.
std::optional<Layout> missing_object(const std::string& name) {
  if (name.find(' ') == std::string::npos) return std::nullopt;
  throw BadInput(fmt::format("nothing says what '{}' is", excerpt(name)),
                 {"name the compiled BPF program that has it: --btf OBJECT_FILE"});
}

}  // namespace

Layout type_of_argument(const std::string& text, const std::string& object) {
  if (object.empty()) return parse_type(text, missing_object);
  std::optional<ObjectTypes> types;
  return parse_type(text, [&](const std::string& name) {
    if (!types) types.emplace(object);
    return types->find(name);
  });
}

}  // namespace mapctl::cli
