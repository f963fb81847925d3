#pragma once
// A command as it declares itself, and a call of it.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/option.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace mapctl::cli {

/// Which global options about types make sense: --btf where the command takes a type of
/// its own; --key-as, --value-as and --hex as well where it reads or prints entries.
enum class Types { none, named, all };

/// A command's function, whatever the type of its options.
struct Action {
  std::shared_ptr<void> (*make_options)();
  Exit (*run)(const void* options, const Session& session);
};

template <auto function>
struct ActionOf;

template <typename Options, Exit (*function)(const Options&, const Session&)>
struct ActionOf<function> {
  static std::shared_ptr<void> make_options() { return std::make_shared<Options>(); }
  static Exit run(const void* options, const Session& session) {
    return function(*static_cast<const Options*>(options), session);
  }
};

template <auto function>
constexpr Action action_of{ActionOf<function>::make_options, ActionOf<function>::run};

/// What is not so with most commands.
struct Traits {
  std::string_view usage{};    ///< where it is not just the operands and the required options
  bool changes_names = false;  ///< afterwards a name may lead to another map
  bool can_check = false;      ///< it minds Session::only_check
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

  std::string_view names;  ///< "put,update"; help shows the first
  std::string_view summary;
  Types types;
  Action action;
  std::span<const Option> options;
  std::string_view examples;  ///< one on each line, without "mapctl"
  Traits traits;
};

/// A call that is parsed and can be run.
struct Call {
  const Command* command;
  std::shared_ptr<void> options;
  Session session;

  Exit run() const { return command->action.run(options.get(), session); }
};

/// Of commands that take a MAP and nothing else.
struct MapOptions {
  std::string map;
};

inline constexpr Option map_options[] = {map_operand<&MapOptions::map>()};

}  // namespace mapctl::cli
