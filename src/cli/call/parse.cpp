#include "cli/call/parse.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/call/global_options.hpp"
#include "map/error/printable.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

/// The options and operands of a command that were given.
class Given {
 public:
  explicit Given(const Command& command) : first_(command.options.data()) {}

  void add(const Option& option) { bits_ |= bit(option); }
  bool contains(const Option& option) const { return (bits_ & bit(option)) != 0; }

 private:
  std::uint64_t bit(const Option& option) const { return std::uint64_t{1} << (&option - first_); }

  const Option* first_;
  std::uint64_t bits_ = 0;
};

Failed wrong_call(const Command& command, std::string_view reason) {
  return usage_error(fmt::format("{}: {}", command.name(), reason),
                     {fmt::format("usage: mapctl {} {}", command.name(), usage(command)),
                      fmt::format("for the options: mapctl help {}", command.name())});
}

Failed no_such_option(const CLI::App& app, const Command& command, std::string_view word) {
  const std::string name{word.starts_with("--") ? word.substr(0, word.find('='))
                                                : word.substr(0, 2)};
  Arguments known;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& long_name : option->get_lnames()) known.push_back("--" + long_name);
  std::vector<std::string> fix;
  if (const auto near = closest(name, known)) fix.push_back(fmt::format("did you mean {}?", *near));
  fix.push_back(fmt::format("for the options: mapctl help {}", command.name()));
  fix.emplace_back("after -- a text may begin with a dash");
  return usage_error(fmt::format("'{}' has no option '{}'", command.name(), name), std::move(fix));
}

/// Only keys and values may be empty: those of maps that hold texts.
bool may_be_empty(const Option& option) {
  return option.kind == ValueKind::flag || option.kind == ValueKind::key ||
         option.kind == ValueKind::value;
}

void store(const Command& command, const Option& option, void* options, std::string&& text) {
  if (text.empty() && !may_be_empty(option))
    throw wrong_call(command, fmt::format("{} is an empty text", option.label()));
  const std::string problem = option.store(option, options, std::move(text));
  if (!problem.empty()) throw wrong_call(command, fmt::format("{}: {}", option.label(), problem));
}

/// Takes "--name=" apart: CLI11 would take the next word as the value.
Arguments with_empty_values(const Arguments& arguments) {
  Arguments words;
  for (auto word = arguments.begin(); word != arguments.end(); ++word) {
    if (*word == "--") return words.insert(words.end(), word, arguments.end()), words;
    const bool is_empty = word->starts_with("--") && word->find('=') == word->size() - 1;
    words.push_back(is_empty ? word->substr(0, word->size() - 1) : *word);
    if (is_empty) words.emplace_back();
  }
  return words;
}

/// Parses the options of one call with CLI11, which removes them from the arguments. Operands stay,
/// so that CLI11 does not change them.
class OptionParser {
 public:
  explicit OptionParser(Call& call) : call_(call) {
    app_.set_help_flag();
    app_.allow_extras();
    declare(call.command->options, call.options.get());
    declare(global_options(call.command->types), &call.session);
  }

  /// Stores the options and returns the operands; returns nothing if help was requested.
  std::optional<Arguments> parse(Arguments arguments, Given& given) {
    arguments = with_empty_values(arguments);
    std::ranges::reverse(arguments);  // CLI11 expects them in reverse order
    std::string problem;
    try {
      app_.parse(std::move(arguments));
      if (app_.count("--help") > 0) return std::nullopt;
    } catch (const CLI::ParseError& error) {
      problem = error.what();
    }
    Arguments operands = take_operands();
    if (!problem.empty()) throw wrong_call(*call_.command, problem);
    store_values(given);
    return operands;
  }

 private:
  struct Declared {
    const CLI::Option* parsed;
    const Option& option;
    void* options;
  };

  void declare(std::span<const Option> all, void* options) {
    for (const Option& option : all)
      if (!option.is_operand()) declared_.push_back({add(option), option, options});
  }

  CLI::Option* add(const Option& option) {
    std::string names{option.names};
    if (!option.hidden_names.empty()) names.append(",").append(option.hidden_names);
    if (option.kind == ValueKind::flag) return app_.add_flag(names);
    CLI::Option* const added = app_.add_option(names, CLI::callback_t{});
    added->type_name(std::string{value_name(option.kind)});
    if (option.is_repeatable) added->take_all();
    return added;
  }

  /// The words that CLI11 left are operands, perhaps with a "--" between them, or mistakes.
  Arguments take_operands() const {
    Arguments operands = app_.remaining();
    const auto end = std::ranges::find(operands, "--");
    const auto wrong = std::find_if_not(operands.begin(), end, is_argument);
    if (wrong != end) throw no_such_option(app_, *call_.command, *wrong);
    if (end != operands.end()) operands.erase(end);
    return operands;
  }

  void store_values(Given& given) const {
    for (const Declared& declared : declared_)
      for (std::string text : declared.parsed->results()) {
        if (declared.option.kind == ValueKind::flag && text == "false") continue;
        store(*call_.command, declared.option, declared.options, std::move(text));
        if (declared.options == call_.options.get()) given.add(declared.option);
      }
  }

  Call& call_;
  CLI::App app_;
  std::vector<Declared> declared_;
};

Failed one_word_too_many(const Command& command, const Arguments& words, std::size_t next) {
  Failure failure =
      wrong_call(command, fmt::format("'{}' is one word too many", words[next])).failure();
  const auto is_field = [](const std::string& word) { return word.find('=') != word.npos; };
  if (next > 0 && is_field(words[next - 1]) && is_field(words[next]))
    failure.fix.insert(failure.fix.begin(),
                       fmt::format("fields are joined by commas into one word: {}",
                                   shell_word(words[next - 1] + ',' + words[next])));
  return Failed(std::move(failure));
}

void store_operands(const Call& call, Arguments words, Given& given) {
  std::size_t next = 0;
  for (const Option& option : call.command->options) {
    if (!option.is_operand()) continue;
    const std::size_t end = option.is_repeatable ? words.size() : std::min(next + 1, words.size());
    if (next < end) given.add(option);
    for (; next < end; ++next)
      store(*call.command, option, call.options.get(), std::string{words[next]});
  }
  if (next < words.size()) throw one_word_too_many(*call.command, words, next);
}

void check_together(const Command& command, const Given& given) {
  for (const Option& option : command.options) {
    const bool is_given = given.contains(option);
    if (option.is_required && !is_given)
      throw wrong_call(command, fmt::format("{} is required", option.label()));
    if (!is_given || option.excluded_name.empty()) continue;
    const auto other = std::ranges::find(command.options, option.excluded_name, &Option::label);
    if (given.contains(*other))
      throw wrong_call(command, fmt::format("{} excludes {}", option.label(), other->label()));
  }
}

}  // namespace

Call parse(const Command& command, Arguments arguments, const Session& defaults) {
  Call call{&command, command.action.make_options(), defaults};
  Given given(command);
  // Skips CLI11 if there are only operands: it takes longer than most commands.
  if (!std::ranges::all_of(arguments, is_argument)) {
    std::optional<Arguments> operands = OptionParser(call).parse(std::move(arguments), given);
    if (!operands) {
      call.options.reset();
      return call;
    }
    arguments = *std::move(operands);
  }
  store_operands(call, std::move(arguments), given);
  check_together(command, given);
  return call;
}

std::string usage(const Command& command) {
  if (!command.traits.usage.empty()) return std::string{command.traits.usage};
  std::string usage;
  for (const Option& option : command.options) {
    if (!option.is_operand() && !option.is_required) continue;
    if (!usage.empty()) usage += ' ';
    if (!option.is_operand())
      usage += fmt::format("{} {}", option.names.substr(0, option.names.find(',')),
                           value_name(option.kind));
    else
      usage += fmt::format(fmt::runtime(option.is_required ? "{}{}" : "[{}{}]"), option.names,
                           option.is_repeatable ? "…" : "");
  }
  return usage;
}

}  // namespace mapctl::cli
