#include "cli/entry/lifetime.hpp"

#include <fmt/format.h>

#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "text/literal/quantity.hpp"

namespace mapctl::cli {

namespace {

std::uint64_t read_lifetime(const std::string& text) {
  const bool is_number = !text.empty() && text.find_first_not_of("0123456789.") == text.npos;
  const auto nanoseconds = parse_duration(is_number ? text + "s" : text);
  if (nanoseconds.value_or(0) > 0) return *nanoseconds;
  throw usage_error(fmt::format("--ttl: '{}' is no duration such as 90s, 1h or 30d", text));
}

}  // namespace

End end_of(const Target& target, const std::string& attempt) {
  const Schema& schema = target.schema;
  const std::optional<End> end = schema.per_cpu ? std::nullopt : End::of(schema.value);
  if (end) return *end;
  const std::string& map = target.map.label();
  if (schema.types_unreadable)
    throw Failed({"permission",
                  Exit::permission,
                  fmt::format("cannot {}: when its entries end is not known", attempt),
                  "reading the types of a map needs CAP_SYS_ADMIN",
                  {"say the type with --value-as"}});
  const std::string problem = fmt::format("cannot {}: the entries of {} have no end", attempt, map);
  if (schema.per_cpu)
    throw Failed({"unsupported", Exit::usage, problem,
                  "its values are per CPU, and an entry ends on all of them"});
  throw Failed({"unsupported",
                Exit::usage,
                problem,
                "no member of its values has the tag mapctl:end",
                {"declare a member in the program: __u32 expires "
                 "__attribute__((btf_decl_tag(\"mapctl:end\")))",
                 "make a map that has one: mapctl create NAME -v '{…,expires:u32@end}' …"}});
}

Lifetime::Lifetime(const Target& target, const std::string& text)
    : place_(end_of(target, fmt::format("use --ttl with {}", target.map.label()))) {
  const std::optional<std::uint64_t> end = place_.after(read_lifetime(text));
  if (!end)
    throw BadInput("--ttl: that is too late to be kept", {"leave --ttl out: the entry stays"});
  end_ = *end;
}

void Lifetime::apply(Bytes& value, Bytes& kept) const {
  if (place_.get(value) != 0) return;
  place_.set(value, end_);
  if (!kept.empty()) place_.fill(kept, std::byte{0});
}

}  // namespace mapctl::cli
