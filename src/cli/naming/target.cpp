#include "cli/naming/target.hpp"

#include <fmt/format.h>

#include "cli/naming/map_ref.hpp"
#include "cli/naming/map_survey.hpp"
#include "cli/naming/stack_trace.hpp"
#include "cli/naming/type_hints.hpp"
#include "cli/naming/type_ref.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"
#include "map/error/kernel_error.hpp"
#include "map/error/printable.hpp"
#include "map/map_error.hpp"
#include "mapctl/filter/known_types.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

/// A process can often open only 1024 descriptors.
constexpr std::size_t most_open = 128;

bool only_reads(Operation operation) {
  return operation == Operation::lookup || operation == Operation::next_key ||
         operation == Operation::lookup_batch || operation == Operation::info;
}

void check_possible(const Map& map, Operation operation) {
  if (operation != Operation::info && !can(map.info().type, operation))
    throw refused(map.info(), operation);
}

/// Parses the type that the user chose; its size must match.
Layout overriding_layout(const std::string& type, const Session& session, const Map& map,
                         std::uint32_t size, std::string_view what) {
  Layout layout = type_of_argument(type, session.btf, &map);
  if (layout.size != size)
    throw BadInput(fmt::format("{} is {} bytes, but the map's {} is {} bytes", excerpt(type),
                               layout.size, what, size),
                   {fmt::format("name a type of {} bytes", size)});
  return layout;
}

/// The types of a map, and where they are from.
class Types {
 public:
  Types(const Map& map, const Session& session) : map_(map), schema_(schema_of(map)) {
    const MapInfo& info = map.info();
    key_from_ = own_source(schema_.key);
    value_from_ = own_source(schema_.value);
    if (!session.key_as.empty())
      take_key(overriding_layout(session.key_as, session, map, info.key_size, "key"), "--key-as");
    if (!session.value_as.empty())
      take_value(overriding_layout(session.value_as, session, map, info.value_size, "value"),
                 "--value-as");
    const bool is_named = !session.types.empty();  // what the caller names goes before BTF
    const bool key_is_open = session.key_as.empty() && (is_named || is_open(schema_.key));
    const bool value_is_open = session.value_as.empty() && (is_named || is_open(schema_.value));
    if (!key_is_open && !value_is_open) return;
    bool is_told = false;
    try_hints(map, session.types, [&](const TypeHint& hint) {
      return is_told = use(hint, key_is_open, value_is_open);
    });
    if (!is_told && schema_.types_unreadable) use_known(key_is_open, value_is_open);
  }

  Target target(std::string reference, Map map) && {
    return {.map = std::move(map),
            .reference = std::move(reference),
            .schema = std::move(schema_),
            .key_from = std::move(key_from_),
            .value_from = std::move(value_from_)};
  }

 private:
  /// Programs whose author did not mind have plain integers for everything.
  static bool is_open(const Layout& layout) {
    return layout.kind == Kind::untyped || (layout.kind == Kind::integer && layout.name.empty());
  }

  std::string own_source(const Layout& layout) const {
    if (layout.kind == Kind::untyped) return {};
    return map_.info().btf_id != 0 || map_.info().btf_vmlinux_value_type_id != 0 ? "BTF" : "kernel";
  }

  void take_key(Layout key, std::string from) {
    schema_.key = std::move(key);
    if (key_content(map_.info().type) == KeyContent::prefix) mark_prefix_key(schema_.key);
    key_from_ = std::move(from);
  }

  void take_value(Layout value, std::string from) {
    schema_.value = std::move(value);
    value_from_ = std::move(from);
  }

  /// Returns false if the hint is about another map of that name: its sizes differ.
  bool use(const TypeHint& hint, bool key_is_open, bool value_is_open) try {
    const auto type = [&](const std::string& text, const Layout& own) {
      return text.empty() ? own : type_of_argument(text, {}, &map_);
    };
    Layout key = type(hint.key, schema_.key);
    Layout value = type(hint.value, schema_.value);
    if (key.size != schema_.key.size || value.size != schema_.value.size) return false;
    if (key_is_open && !hint.key.empty()) take_key(std::move(key), hint.file);
    if (value_is_open && !hint.value.empty()) take_value(std::move(value), hint.file);
    return true;
  } catch (const BadInput& error) {
    note(fmt::format("the types in {} for {} are not used: {}", hint.file, map_.label(),
                     error.what()));
    return false;
  }

  /// The filter's own maps are known by heart.
  void use_known(bool key_is_open, bool value_is_open) {
    std::optional<Schema> known = known_filter_schema(map_.info());
    if (!known) return;
    if (key_is_open) take_key(std::move(known->key), "mapctl");
    if (value_is_open) take_value(std::move(known->value), "mapctl");
  }

  const Map& map_;
  Schema schema_;
  std::string key_from_;
  std::string value_from_;
};

/// If the map has types that the caller may not read, a number would be a guess. Bytes are exact,
/// and can be read again.
void show_bytes(Layout& layout, bool wanted, bool types_unreadable) {
  if (wanted || (types_unreadable && layout.kind == Kind::untyped))
    layout = bytes_layout(layout.size);
}

/// Makes a number one that is printed with the name of its object: "handle_exec (12)".
void name_objects(Layout& number, ValueContent content) {
  number = {.kind = Kind::enumeration, .size = number.size};
  for (const auto& [id, name] : object_names(content))
    number.enumerators.push_back({fmt::format("{} ({})", printable(name), id), {}, id});
}

/// Values are ids, or the numbers of redirects, which can have a program.
void name_objects_in(Layout& value, const MapInfo& map) {
  const ValueContent content = value_content(map.type);
  const bool is_named = content == ValueContent::map || content == ValueContent::program ||
                        content == ValueContent::interface;
  if (value.kind == Kind::structure && is_redirect(content) && value.members.size() == 2) {
    if (is_named) name_objects(value.members[0].type, content);
    name_objects(value.members[1].type, ValueContent::program);
  } else if (is_named && value.kind == Kind::untyped) {
    name_objects(value, content);
  }
}

Schema shown_schema(const Target& target) {
  const Schema& schema = target.schema;
  Schema shown = schema;
  const bool index = is_indexed(target.map.info().type);
  show_bytes(shown.key, target.hex, schema.types_unreadable && !index);
  show_bytes(shown.value, target.hex, schema.types_unreadable);
  if (const auto stack = stack_layout(target.map.info());
      stack && shown.value.kind == Kind::untyped)
    shown.value = *stack;
  if (target.names_objects) name_objects_in(shown.value, target.map.info());
  if (lacks_types(target.map.info(), schema))
    note(
        "the map has types, but reading them needs CAP_SYS_ADMIN: showing bytes; --key-as and "
        "--value-as name types");
  return shown;
}

std::shared_ptr<Target> open_fresh(const std::string& reference, Access access,
                                   const Session& session) {
  return std::make_shared<Target>(target_of(open_map(reference, access), reference, session));
}

}  // namespace

std::optional<Bytes> Target::find(ByteView key) const {
  std::optional<Bytes> value = map.get_exact(key);
  return value && holds({key, *value}) ? value : std::nullopt;
}

const Schema& Target::shown() const {
  if (!printed) printed = shown_schema(*this);
  return *printed;
}

Schema selectable(const Target& target) {
  Schema schema = target.schema;
  if (!schema.types_unreadable) return schema;
  if (schema.key.kind == Kind::untyped && !is_indexed(target.map.info().type))
    schema.key = bytes_layout(schema.key.size);
  if (schema.value.kind == Kind::untyped) schema.value = bytes_layout(schema.value.size);
  return schema;
}

Target target_of(Map map, std::string reference, const Session& session) {
  Types types(map, session);
  Target target = std::move(types).target(std::move(reference), std::move(map));
  target.hex = session.hex;
  target.names_objects = session.format == Format::table;
  if (!session.where.empty()) target.where.emplace(selectable(target), session.where);
  return target;
}

std::shared_ptr<Target> OpenTargets::open(const std::string& reference, Access access,
                                          const Session& session) {
  if (!session.key_as.empty() || !session.value_as.empty() || session.hex || !session.where.empty())
    return open_fresh(reference, access, session);
  Targets& targets = access == Access::read_only ? read_only_ : read_write_;
  const auto found = targets.find(reference);
  const bool names_objects = session.format == Format::table;
  if (found != targets.end() && found->second->names_objects == names_objects) return found->second;
  std::shared_ptr<Target> target = open_fresh(reference, access, session);
  if (targets.size() >= most_open) targets.clear();
  return targets[reference] = std::move(target);
}

void OpenTargets::forget() {
  read_only_.clear();
  read_write_.clear();
}

std::shared_ptr<Target> open_target(const std::string& reference, Operation operation,
                                    const Session& session) {
  const Access access = only_reads(operation) ? Access::read_only : Access::read_write;
  std::shared_ptr<Target> target = session.open_targets != nullptr
                                       ? session.open_targets->open(reference, access, session)
                                       : open_fresh(reference, access, session);
  check_possible(target->map, operation);
  return target;
}

bool lacks_types(const MapInfo& map, const Schema& schema) {
  const bool lacks_key = schema.key.kind == Kind::untyped && !is_indexed(map.type);
  const bool lacks_value = schema.value.kind == Kind::untyped && !holds_objects(map.type);
  return schema.types_unreadable && (lacks_key || lacks_value);
}

void refuse_to_lose_types(const MapInfo& map, const Schema& schema, const Session& session,
                          std::string_view attempt) {
  if (session.hex || !lacks_types(map, schema)) return;
  throw Failed({"permission",
                Exit::permission,
                fmt::format("cannot {}: its types cannot be read, and would be lost", attempt),
                "reading the types of a map needs CAP_SYS_ADMIN",
                {advice({as_root_or_with("CAP_SYS_ADMIN")}).front(),
                 "go on without its types, with its entries as bytes: --hex"}});
}

std::shared_ptr<Target> open_to_write(const std::string& reference, Operation operation,
                                      bool is_dry_run, const Session& session) {
  std::shared_ptr<Target> target =
      open_target(reference, is_dry_run ? Operation::info : operation, session);
  check_possible(target->map, operation);
  refuse_frozen(target->map);
  return target;
}

void refuse_frozen(const Map& map) {
  if (!map.usage().frozen) return;
  throw Failed({std::string{code(Cause::frozen)}, Exit::refused,
                fmt::format("cannot write to {}: the map is frozen", map.label()),
                "user space may not write to it any more; only programs may"});
}

}  // namespace mapctl::cli
