#pragma once
// Which columns of entries are numbers.

#include <string>
#include <string_view>
#include <vector>

#include "cli/naming/target.hpp"
#include "cli/output/output.hpp"

namespace mapctl::cli {

/// The member of the value that a column shows; nullopt: it shows all of the value.
std::optional<Member> member_of(const Schema& schema, const Column& column);

bool is_number(const Layout& layout);

/// What a column of the value shows. The schema must outlive it.
Layout layout_of(const Schema& schema, const Column& column);

/// Refuses a field that is none of the columns `known`, or an empty one, for that option.
[[noreturn]] void refuse_field(std::string_view option, std::string_view field,
                               const std::vector<std::string>& known);

}  // namespace mapctl::cli
