#include "mapctl/text/object_types.hpp"

#include <bpf/btf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <string>
#include <vector>

#include "map/error/kernel_error.hpp"
#include "map/error/libbpf_log.hpp"
#include "map/error/printable.hpp"
#include "mapctl/fd.hpp"
#include "text/btf/layout_btf.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl {

namespace {

void check_readable(const std::filesystem::path& object) {
  const Fd file(::open(object.c_str(), O_RDONLY | O_CLOEXEC));
  if (file) return;
  const int error = errno;
  Explanation explanation = explain(error);
  if (explanation.cause == Cause::not_found) explanation.reason = "there is no such file";
  throw kernel_error(Operation::open, error, fmt::format("read the types of {}", object.string()),
                     std::move(explanation));
}

std::shared_ptr<const btf> parse(const std::filesystem::path& object) {
  check_readable(object);
  const LibbpfLog silence;
  std::shared_ptr<const btf> types = BtfHandle(btf__parse(object.c_str(), nullptr));
  if (types) return types;
  throw_shortage(errno, fmt::format("read the types of {}", object.string()));
  throw BadInput(fmt::format("{} has no types: it is not a compiled BPF program, or it was "
                             "compiled without them",
                             excerpt(object.string())),
                 {"compile it with clang -target bpf -g"});
}

std::shared_ptr<const btf> load(const ProgramInfo& program) {
  if (program.btf_id == 0)
    throw BadInput(fmt::format("{} has no types: it was loaded without them", label(program)),
                   {"if it was compiled with -g, the object file has them"});
  const LibbpfLog silence;
  std::shared_ptr<const btf> types = BtfHandle(btf__load_from_kernel_by_id(program.btf_id));
  if (types) return types;
  const std::string attempt = fmt::format("read the types of {}", label(program));
  throw errno == EPERM ? kernel_error(Operation::info, EPERM, attempt,
                                      needs_capability("reading types", "CAP_SYS_ADMIN"))
                       : kernel_error(Operation::info, errno, attempt);
}

/// The name as in C; empty for a type that has none.
std::string c_name(const btf& types, const btf_type& type) {
  const char* const name = btf__name_by_offset(&types, type.name_off);
  if (name == nullptr || *name == '\0') return {};
  switch (btf_kind(&type)) {
    case BTF_KIND_STRUCT:
      return fmt::format("struct {}", name);
    case BTF_KIND_UNION:
      return fmt::format("union {}", name);
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
      return fmt::format("enum {}", name);
    case BTF_KIND_TYPEDEF:
    case BTF_KIND_INT:
    case BTF_KIND_FLOAT:
      return name;
    default:
      return {};
  }
}

std::vector<std::string> c_names(const btf& types) {
  std::set<std::string> names;
  for (std::uint32_t id = 1; id < btf__type_cnt(&types); ++id)
    names.insert(c_name(types, *btf__type_by_id(&types, id)));
  names.erase("");
  return {names.begin(), names.end()};
}

bool has_tag(std::string_view name) {
  return name.starts_with("struct ") || name.starts_with("union ") || name.starts_with("enum ");
}

std::string_view without_tag(std::string_view name) {
  return has_tag(name) ? name.substr(name.find(' ') + 1) : name;
}

/// Finds the same name with another keyword, or else a similar name.
std::optional<std::string> near(std::string_view name, const std::vector<std::string>& names) {
  const auto same = std::ranges::find(names, without_tag(name), without_tag);
  return same != names.end() ? std::optional{*same} : closest(name, names);
}

[[noreturn]] void no_such_type(std::string_view name, const std::string& object, const btf& types) {
  constexpr std::size_t most = 20;
  std::vector<std::string> names = c_names(types);
  std::vector<Remedy> fix;
  if (const auto suggestion = near(name, names))
    fix.push_back(fmt::format("did you mean '{}'?", printable(*suggestion)));
  std::erase_if(names, [](const std::string& each) { return !has_tag(each); });
  if (!names.empty() && names.size() <= most)
    fix.push_back(printable(fmt::format("it has {}", fmt::join(names, ", "))));
  fix.emplace_back(
      "a program has only the types that its maps, global variables and functions use; a type may "
      "also be given by its members: {pid:u32,comm:char[16]}");
  throw BadInput(fmt::format("there is no type '{}' in {}", excerpt(name), excerpt(object)),
                 std::move(fix));
}

Layout layout_called(std::string_view name, const btf& types, std::uint32_t id) {
  try {
    return whole_layout_of(types, id);
  } catch (const BadInput& error) {
    throw BadInput(fmt::format("'{}' cannot be used: {}", excerpt(name), error.what()),
                   error.fix());
  }
}

}  // namespace

ObjectTypes::ObjectTypes(const std::filesystem::path& object)
    : object_(object.string()), types_(parse(object)) {}

ObjectTypes::ObjectTypes(const ProgramInfo& program)
    : object_(label(program)), types_(load(program)) {}

Layout ObjectTypes::find(std::string_view name) const {
  for (std::uint32_t id = 1; id < btf__type_cnt(types_.get()); ++id) {
    if (c_name(*types_, *btf__type_by_id(types_.get(), id)) != name) continue;
    if (size_of(*types_, id) == 0)
      throw BadInput(fmt::format("'{}' has no size: it holds nothing", excerpt(name)));
    const btf_type* const behind = resolved_type(*types_, id);
    Layout layout = layout_called(name, *types_, id);
    if (layout.kind == Kind::bytes && behind != nullptr && btf_is_composite(behind))
      throw BadInput(
          fmt::format("'{}' cannot be used: its members lie outside of the {} bytes that "
                      "{} gives it",
                      excerpt(name), layout.size, excerpt(object_)),
          {fmt::format("a type may have at most {} bytes", max_typed_size)});
    return layout;
  }
  no_such_type(name, object_, *types_);
}

std::vector<std::string> ObjectTypes::own_structs(std::uint32_t least, std::uint32_t most) const {
  const LibbpfLog silence;
  const BtfHandle kernel(btf__load_vmlinux_btf());
  std::set<std::string> names;
  for (std::uint32_t id = 1; id < btf__type_cnt(types_.get()); ++id) {
    const btf_type& type = *btf__type_by_id(types_.get(), id);
    if (!btf_is_struct(&type) || type.size < least || type.size > most) continue;
    const char* const name = btf__name_by_offset(types_.get(), type.name_off);
    if (!kernel || btf__find_by_name_kind(kernel.get(), name, BTF_KIND_STRUCT) < 0)
      names.insert(c_name(*types_, type));
  }
  names.erase("");
  return {names.begin(), names.end()};
}

}  // namespace mapctl
