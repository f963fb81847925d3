#include "text/btf/btf_writer.hpp"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include "map/error/kernel_error.hpp"
#include "map/error/printable.hpp"
#include "map/libbpf_options.hpp"
#include "text/btf/layout_btf.hpp"
#include "text/layout/known_names.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/bits.hpp"
#include "text/literal/scalar.hpp"

namespace mapctl {

namespace {

using namespace std::literals;

[[noreturn]] void fail_for_memory() {
  throw kernel_error(Operation::create, ENOMEM, "write the types as BTF",
                     {.cause = Cause::no_memory, .reason = "there is no memory for it"});
}

/// libbpf's writer returns a new id or -errno.
int checked(int id) {
  if (id == -ENOMEM) fail_for_memory();
  if (id < 0)
    throw BadInput(
        fmt::format("the types cannot be written as BTF ({}): a size, a name or a number "
                    "in them is none that it can hold",
                    ::strerrorname_np(-id)));
  return id;
}

/// A name that BTF accepts: in C, the part after "struct " and similar keywords.
std::string tag_name(const std::string& name) {
  const std::size_t space = name.find(' ');
  return space == std::string::npos ? name : name.substr(space + 1);
}

class BtfBuilder {
 public:
  BtfBuilder() : types_(btf__new_empty()) {
    if (!types_) fail_for_memory();
  }

  const btf& types() const noexcept { return *types_; }

  int add(const Layout& layout) {
    const std::string bits = std::to_string(layout.size * 8);
    switch (layout.kind) {
      case Kind::integer:
        return layout.is_signed ? integer("s" + bits, layout.size, BTF_INT_SIGNED)
                                : unsigned_integer(layout.size);
      case Kind::big_endian:
        return type_definition("__be" + bits, unsigned_integer(layout.size));
      case Kind::ipv4:
        return type_definition("ipv4", type_definition("__be32", unsigned_integer(4)));
      case Kind::ipv6:
        return type_definition("ipv6", byte_array(16));
      case Kind::ip:
        return type_definition("ip", byte_array(16));
      case Kind::mac:
        return type_definition("mac", byte_array(6));
      case Kind::enumeration:
        return enumeration(layout);
      case Kind::boolean:
        return integer("bool", 1, BTF_INT_BOOL);
      case Kind::floating:
        return checked(
            btf__add_float(types_.get(), layout.size == 4 ? "float" : "double", layout.size));
      case Kind::pointer:
        return checked(btf__add_ptr(types_.get(), 0));
      case Kind::text:
        return array(integer("char", 1, BTF_INT_SIGNED), layout.size);
      case Kind::bytes:
        return byte_array(layout.size);
      case Kind::reserved:
        return reserved(layout);
      case Kind::untyped:
        if (has_integer_size(layout.size)) return unsigned_integer(layout.size);
        return byte_array(layout.size);
      case Kind::array:
        return array(add(*layout.element), layout.count);
      case Kind::structure:
      case Kind::union_:
        return composite(layout);
    }
    return 0;
  }

 private:
  int unsigned_integer(std::uint32_t size) {
    return integer(fmt::format("u{}", size * 8), size, 0);
  }

  int byte_array(std::uint32_t size) { return array(unsigned_integer(1), size); }

  int integer(const std::string& name, std::uint32_t size, int encoding) {
    const auto [found, is_new] = named_.try_emplace(name);
    if (is_new) found->second = checked(btf__add_int(types_.get(), name.c_str(), size, encoding));
    return found->second;
  }

  int type_definition(const std::string& name, int target) {
    const auto [found, is_new] = named_.try_emplace(name);
    if (is_new) found->second = checked(btf__add_typedef(types_.get(), name.c_str(), target));
    return found->second;
  }

  int array(int element, std::uint32_t count) {
    return checked(btf__add_array(types_.get(), unsigned_integer(4), element, count));
  }

  int enumeration(const Layout& layout) {
    const std::string name = tag_name(layout.name);
    const bool is_wide = layout.size == 8;
    btf* const types = types_.get();
    const int type =
        checked(is_wide ? btf__add_enum64(types, name.c_str(), layout.size, layout.is_signed)
                        : btf__add_enum(types, name.c_str(), layout.size));
    for (const Enumerator& each : layout.enumerators)
      checked(is_wide ? btf__add_enum64_value(types, each.name.c_str(), each.value)
                      : btf__add_enum_value(types, each.name.c_str(),
                                            static_cast<std::int64_t>(each.value)));
    return type;
  }

  /// Writes the members' types first: BTF is written in one pass, and libbpf adds members to the
  /// type that was added last.
  int composite(const Layout& layout) {
    std::vector<int> members;
    for (const Member& member : layout.members) members.push_back(add(member.type));
    const std::string name = tag_name(layout.name);
    const auto add_type = layout.kind == Kind::union_ ? btf__add_union : btf__add_struct;
    const int type = checked(add_type(types_.get(), name.c_str(), layout.size));
    for (std::size_t i = 0; i < members.size(); ++i) {
      const Member& member = layout.members[i];
      checked(btf__add_field(types_.get(), member.name.c_str(), members[i], member.bit_offset,
                             member.bit_size));
    }
    for (int index = 0; const Member& member : layout.members) {
      const std::string tag = fmt::format("mapctl:{}", name_of_role(member.role));
      if (member.role != Role::none)
        checked(btf__add_decl_tag(types_.get(), tag.c_str(), type, index));
      ++index;
    }
    return type;
  }

  /// The kernel identifies these by name and size. Lists and trees would need the types of their
  /// nodes, and pointers would need types of the kernel.
  int reserved(const Layout& layout) {
    constexpr std::array known{"bpf_spin_lock"sv, "bpf_res_spin_lock"sv, "bpf_timer"sv, "bpf_wq"sv,
                               "bpf_task_work"sv};
    const std::string name = tag_name(layout.name);
    const int contents = byte_array(layout.size);
    if (std::ranges::find(known, name) == known.end()) return contents;
    const int type = checked(btf__add_struct(types_.get(), name.c_str(), layout.size));
    checked(btf__add_field(types_.get(), "opaque", contents, 0, 0));
    return type;
  }

  BtfHandle types_;
  std::map<std::string, int> named_;  ///< integers and typedefs written already
};

std::string_view last_line(std::string_view text) {
  text = trim(text);
  return trim(text.substr(text.rfind('\n') + 1));
}

/// The kernel's objection ends its log, which it writes only on request.
std::string refusal_of(const void* data, std::uint32_t size, int error) {
  std::string log(1U << 16, '\0');
  auto options = libbpf_options<bpf_btf_load_opts>();
  options.log_buf = log.data();
  options.log_size = static_cast<__u32>(log.size());
  options.log_level = 1;
  const Fd unused(bpf_btf_load(data, size, &options));
  const std::string_view objection = last_line(log.c_str());
  return objection.empty() ? errno_sentence(error) : printable(objection);
}

}  // namespace

LoadedBtf load_btf(const Layout& key_type, const Layout& value_type) {
  BtfBuilder builder;
  const auto add = [&](const Layout& type) {
    return type.size == 0 ? 0 : static_cast<std::uint32_t>(builder.add(type));
  };
  const std::uint32_t key = add(key_type);
  const std::uint32_t value = add(value_type);
  std::uint32_t size = 0;
  const void* const data = btf__raw_data(&builder.types(), &size);
  if (data == nullptr) fail_for_memory();
  LoadedBtf loaded{Fd(bpf_btf_load(data, size, nullptr)), key, value};
  if (loaded.fd) return loaded;
  const int error = errno;
  throw_shortage(error, "load the types of a map");
  loaded.refusal = refusal_of(data, size, error);
  return loaded;
}

}  // namespace mapctl
