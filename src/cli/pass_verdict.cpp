#include "pass_verdict.hpp"

#include <algorithm>

#include "mapctl/codec.hpp"

namespace mapctl::cli {

namespace {

bool has_verdicts(const Layout& layout) {
  const auto names = [&](std::string_view name) {
    return std::ranges::any_of(layout.enumerators,
                               [&](const Enumerator& each) { return each.short_name == name; });
  };
  return layout.kind == Kind::enumeration && names("pass") && names("drop");
}

}  // namespace

PassVerdict::PassVerdict(const Layout& value) {
  const bool is_struct = value.kind == Kind::structure && !value.members.empty();
  if (is_struct && value.members.front().bit_size != 0) return;
  const Layout& first = is_struct ? value.members.front().type : value;
  if (has_verdicts(first)) pass_ = encode(first, "pass");
}

bool PassVerdict::passes(ByteView value) const {
  return pass_ && std::ranges::equal(value.first(pass_->size()), *pass_);
}

}  // namespace mapctl::cli
