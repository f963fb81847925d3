#pragma once
// The declaration of a command, and a parsed call of it.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cli/options/option.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace mapctl::cli {

/// The type options that a command accepts: named is --btf, for commands with a type of their own;
/// all adds --key-as, --value-as, --hex and --types, for commands that read or print entries; shown
/// is for the command whose own --types prints what that option takes.
enum class Types { none, named, shown, all };

/// A command's function, independent of the type of its options.
struct Action {
  std::shared_ptr<void> (*make_options)();
  Exit (*run)(const void* options, const Session& session);
};

template <typename Options>
Options options_of(Exit (*)(const Options&, const Session&));

template <auto function, typename Options = decltype(options_of(function))>
constexpr Action action_of{[]() -> std::shared_ptr<void> { return std::make_shared<Options>(); },
                           [](const void* options, const Session& session) {
                             return function(*static_cast<const Options*>(options), session);
                           }};

/// Properties in which a command differs from most others.
struct Traits {
  std::string_view usage{};    ///< if it is not just the operands and required options
  bool changes_names = false;  ///< a name may refer to another map afterwards
  bool can_check = false;      ///< it supports Session::only_check
  bool is_allowed_in_batch = true;
};

struct Command {
  constexpr Command(std::string_view its_names, std::string_view its_summary, Types its_types,
                    Action its_action, std::span<const Option> its_options,
                    std::string_view its_examples, Traits its_traits = {})
      : names(its_names),
        summary(its_summary),
        types(its_types),
        action(its_action),
        options(its_options),
        examples(its_examples),
        traits(its_traits) {}

  constexpr std::string_view name() const { return names.substr(0, names.find(',')); }

  std::string_view names;  ///< "put,update"; the help shows the first
  std::string_view summary;
  Types types;
  Action action;
  std::span<const Option> options;
  std::string_view examples;  ///< one per line, without "mapctl"
  Traits traits;
};

/// A parsed call, ready to run.
struct Call {
  const Command* command;
  std::shared_ptr<void> options;
  Session session;

  Exit run() const {
    const Quiet quiet(session.quiet);
    return command->action.run(options.get(), session);
  }
};

/// The options of commands that take only a MAP.
struct MapOptions {
  std::string map;
};

inline constexpr Option map_options[] = {map_operand<&MapOptions::map>()};

}  // namespace mapctl::cli
