#include "cli/call/global_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/session/session.hpp"

namespace mapctl::cli {

namespace {

std::string store_format(const Option& /*option*/, void* session, std::string&& text) {
  const auto format = parse_format(text);
  if (!format)
    throw usage_error(fmt::format("there is no output format '{}'", text),
                      {fmt::format("formats are {}", fmt::join(format_names, ", "))});
  static_cast<Session*>(session)->format = *format;
  static_cast<Session*>(session)->is_format_given = true;
  return {};
}

std::string store_json(const Option& option, void* session, std::string&& /*text*/) {
  return store_format(option, session, "json");
}

constexpr Option all_global_options[] = {
    {.names = "-o,--output",
     .kind = ValueKind::choice,
     .help = "table, plain, json, jsonl, csv or bpftool (default: table on a terminal, else plain)",
     .store = store_format,
     .choices = "table,plain,json,jsonl,csv,bpftool"},
    // bpftool spells the options like this.
    {.names = "-j,--json,-p,--pretty",
     .kind = ValueKind::flag,
     .help = "as -o json",
     .store = store_json,
     .is_hidden = true},
    flag<&Session::yes>("-y,--yes", "do not ask before what cannot be undone or may lock you out"),
    flag<&Session::quiet>("-q,--quiet",
                          "print errors only: no notes, and no counts of what was done"),
    {.names = "-h,--help",
     .kind = ValueKind::flag,
     .help = "print this help",
     .store = nullptr},  // a call for help stores nothing
    option<&Session::btf>(
        "--btf", ValueKind::file,
        "compiled BPF program, or a loaded one by its pin or id:N, whose types may be "
        "named: 'struct NAME'"),
    option<&Session::key_as>("--key-as", ValueKind::type, "read and print keys as this type"),
    option<&Session::value_as>("--value-as", ValueKind::type, "read and print values as this type"),
    flag<&Session::hex>("--hex", "print keys and values as bytes, read them as always"),
    option<&Session::types>("--types", ValueKind::file,
                            "file that says the types of maps by their names, as show --types "
                            "prints it"),
};

}  // namespace

std::span<const Option> global_options(Types types) {
  constexpr std::size_t about_entries = 4;
  const std::span<const Option> all = all_global_options;
  if (types == Types::all) return all;
  if (types == Types::shown) return all.first(all.size() - 1);
  return all.first(all.size() - about_entries - (types == Types::none ? 1 : 0));
}

}  // namespace mapctl::cli
