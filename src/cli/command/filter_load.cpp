// filter load: writes the rules, attaches the program, and undoes it unless it is confirmed.

#include <fmt/format.h>

#include <csignal>
#include <cstring>

#include "cli/bulk/map_sync.hpp"
#include "cli/command/commands.hpp"
#include "cli/filter/filter_report.hpp"
#include "cli/input/input_options.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/output/row.hpp"
#include "cli/session/confirm.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"
#include "map/error/printable.hpp"
#include "mapctl/filter/load.hpp"
#include "mapctl/filter/status.hpp"

namespace mapctl::cli {

namespace {

struct FilterLoadArguments {
  std::vector<std::string> interfaces;
  std::string name = "filter";
  std::string mode = "auto";
  std::uint32_t max_entries = 0;
  InputOptions rules{};                    ///< without a file, the rules do not change
  std::string default_action{};            ///< drop or pass; empty: unchanged
  std::optional<std::uint32_t> confirm{};  ///< milliseconds
  bool replace = false;                    ///< replace a program of somebody else
  bool destinations = false;               ///< also look at destination rules
};

constexpr const char* standard_input = "-";

void check_words(const FilterLoadArguments& options, const Session& session) {
  if (options.rules.file.empty() && (options.rules.value || options.rules.format))
    throw usage_error("--value and --format are about the file of --rules, and there is none");
  if (!options.confirm) return;
  if (session.open_targets != nullptr)
    throw usage_error("--confirm asks, and nobody answers in a batch",
                      {"run it alone, or leave --confirm out"});
  if (*options.confirm == 0)
    throw usage_error("--confirm: nobody answers in no time", {"give seconds, such as 60"});
  if (options.rules.file == standard_input)
    throw usage_error("--confirm reads the answer from standard input, and --rules the rules",
                      {"put the rules into a file"});
}

FilterLoadOptions options_from(const FilterLoadArguments& options) {
  FilterLoadOptions load{.pins = {bpffs_directory(), options.name}};
  if (options.mode == "native") load.mode = XdpMode::native;
  if (options.mode == "skb") load.mode = XdpMode::skb;
  if (options.max_entries != 0) load.max_entries = options.max_entries;
  if (options.replace) load.foreign = ForeignPrograms::replace;
  load.destinations = options.destinations;
  return load;
}

/// A new map can have any size, so the advice is to make it larger.
[[noreturn]] void rules_do_not_fit(Failure failure) {
  failure.fix = {"make room for more rules: --max-entries N", "leave rules out of the file"};
  throw Failed(std::move(failure));
}

/// The steps that a load has completed when it fails.
struct Course {
  bool may_have_written = false;
  bool has_written = false;  ///< all rules are written
  bool is_attached = false;
};

/// Writes only the default rule.
void put_default(Target& rules, const std::string& action, const std::function<void()>& hold,
                 const Session& session) {
  const Encoded key = key_of_text(rules, "default");
  const Bytes value = value_over_old(rules, key, action);
  EntryWriter writer(rules, session);
  writer.will_put(key.bytes, value);
  writer.check([&] { return fmt::format("put default into {}", rules.map.label()); });
  hold();
  writer.put(key, value);
}

/// Makes the rules equal to those of the file.
Exit sync_rules(const FilterLoadArguments& options, bool is_new, Target& rules,
                const std::function<void()>& hold, const Session& session) try {
  MapSync sync(rules, {.input = options.rules, .prune = true}, session);
  if (!sync.read()) return Exit::bad_data;
  if (!options.default_action.empty()) sync.set("default", options.default_action);
  sync.compare();
  hold();
  return sync.write(!is_new) ? Exit::done : Exit::interrupted;
} catch (const Failed& error) {
  if (!is_new || error.failure().exit != Exit::full) throw;
  rules_do_not_fit(error.failure());
}

/// Writes the requested rules. All checks come before hold(), and hold() before the first write.
Exit write_rules(const FilterLoadArguments& options, FilterLoad& load, Target& rules,
                 const Session& session, Course& course) {
  const bool has_rules = !options.rules.file.empty();
  const bool has_default = !options.default_action.empty();
  const auto hold = [&] {
    if (options.confirm) load.hold();
    course.may_have_written = has_rules || has_default;
  };
  if (has_rules) return sync_rules(options, load.made_rules(), rules, hold, session);
  has_default ? put_default(rules, options.default_action, hold, session) : hold();
  return Exit::done;
}

/// Detaches the filter if nobody can confirm it any more, even if it ran before, because its rules
/// may have changed. Returns what to report about the filter and the rules.
std::vector<std::string> give_up(const FilterLoadArguments& options, FilterLoad& load,
                                 const Course& course) {
  std::vector<std::string> facts;
  if (course.has_written && !load.made_rules())
    facts.push_back(fmt::format("the rules in {} are changed already", load.rules().label()));
  if (!options.confirm || !(course.may_have_written || course.is_attached)) return facts;
  try {
    load.detach();
    if (course.is_attached || !load.made_rules())
      facts.push_back(fmt::format("the filter was taken off {}, since it could not be confirmed",
                                  fmt::join(options.interfaces, ", ")));
  } catch (const Error& error) {
    facts.emplace_back(error.what());
  }
  return facts;
}

/// The failure that is being handled, with the state of the load added.
Failed failed_after(const std::vector<std::string>& facts) {
  Failure failure = current_failure();
  for (const std::string& fact : facts) {
    if (!failure.why.empty()) failure.why += "; ";
    failure.why += fact;
  }
  return Failed(std::move(failure));
}

/// Rules that drop the caller's packets take effect only when the program is attached.
void check_caller(const FilterLoadOptions& options, const FilterLoad& load, Target& rules,
                  const Session& session) {
  CallerGuard guard(rules, session);
  guard.check_attaching([] { return std::string{"attach the filter"}; },
                        options.destinations ? Sides::both : Sides::source, load.is_reload());
}

std::size_t count_unused_rules(const FilterLoadArguments& options, const Map& rules) {
  return options.destinations ? 0 : count_destination_rules(rules);
}

std::string label(const ForeignProgram& program) {
  return fmt::format("program {} ('{}')", program.id, program.name);
}

void note_unused_rules(std::size_t unused, const Map& rules) {
  if (unused != 0)
    note(fmt::format("rules by destination do nothing without --destinations, and {} has {}",
                     rules.label(), unused));
}

void note_what_happened(const Attached& attached) {
  if (!attached.native_refusal.empty())
    note(fmt::format("{} runs the filter in skb mode, which is slower: {}", attached.interface,
                     attached.native_refusal));
  if (attached.foreign)
    note(fmt::format("{} of {} was replaced", label(*attached.foreign), attached.interface));
}

std::string names_of(const std::vector<Attached>& all) {
  std::vector<std::string> names;
  for (const Attached& attached : all) names.push_back(attached.interface);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string question(const std::string& interfaces, std::uint32_t milliseconds,
                     const Session& session) {
  const std::string text = fmt::format(
      "the filter is on {} now. Still connected? Type yes within {:g} seconds to keep it",
      interfaces, milliseconds / 1000.0);
  return session.json() ? note_line(text) : fmt::format("mapctl: {}: ", printable(text));
}

std::string reason(Answer answer, std::uint32_t milliseconds) {
  switch (answer) {
    case Answer::yes:
      return {};
    case Answer::no:
      return "the answer was not yes";
    case Answer::none:
      return "standard input ended without an answer";
    case Answer::late:
      return fmt::format("there was no answer within {:g} seconds", milliseconds / 1000.0);
    case Answer::signal:
      return fmt::format("a signal ended the wait: SIG{}", sigabbrev_np(interrupting_signal()));
  }
  return {};
}

Exit exit_of(Answer answer) {
  const bool is_interrupt = answer == Answer::signal && interrupting_signal() == SIGINT;
  return is_interrupt ? Exit::interrupted : Exit::no;
}

/// Detaches the filter if the caller does not confirm it.
void ask_to_keep(FilterLoad& load, const std::vector<Attached>& all, std::uint32_t milliseconds,
                 const Session& session) {
  const std::string interfaces = names_of(all);
  const Answer answer =
      ask(question(interfaces, milliseconds, session), std::chrono::milliseconds(milliseconds));
  if (answer == Answer::yes) return;
  load.detach();
  throw Failed({"declined",
                exit_of(answer),
                fmt::format("the filter was not confirmed: it was detached from {}", interfaces),
                reason(answer, milliseconds),
                {"look at its rules, and load it again"}});
}

void write_foreign(Output& output, const std::optional<ForeignProgram>& foreign) {
  output.member("foreign");
  if (!foreign) return output.null();
  Row(output).begin().integer("id", foreign->id).string("name", foreign->name).end();
}

void print(const std::vector<Attached>& all, const FilterLoadArguments& options,
           const Session& session) {
  std::vector<Column> columns{{"interface"}, {"mode"}, {"replaced"}};
  if (options.replace) columns.push_back({"foreign"});
  Results results(session, Document::list, std::move(columns));
  for (const Attached& attached : all) {
    Row row(*results);
    row.begin()
        .string("interface", attached.interface)
        .word("mode", name(attached.mode))
        .boolean("replaced", attached.replaced);
    if (options.replace) write_foreign(*results, attached.foreign);
    row.end();
  }
  results.finish();
}

Exit filter_load(const FilterLoadArguments& options, const Session& session) {
  check_words(options, session);
  const FilterLoadOptions what = options_from(options);
  FilterLoad load(options.interfaces, what);
  if (options.confirm) prepare_for_answer();
  Target rules = target_of(load.rules().clone(), what.pins.rules().string(), session);
  Course course;
  const auto step = [&](const auto& work) {
    try {
      return work();
    } catch (...) {
      throw failed_after(give_up(options, load, course));
    }
  };
  const Exit written = step([&] { return write_rules(options, load, rules, session, course); });
  if (written != Exit::done) {
    for (const std::string& fact : give_up(options, load, course)) note(fact);
    return written;
  }
  course.has_written = course.may_have_written;
  std::size_t unused_rules = 0;
  const std::vector<Attached> all = step([&] {
    check_caller(what, load, rules, session);
    unused_rules = count_unused_rules(options, load.rules());
    return load.attach();
  });
  course.is_attached = true;
  if (options.confirm) ask_to_keep(load, all, *options.confirm, session);
  step([&] { load.keep(); });
  // Notes come after the answer: before it, a caller who was cut off could block the write.
  note_unused_rules(unused_rules, load.rules());
  for (const Attached& attached : all) note_what_happened(attached);
  print(all, options, session);
  return Exit::done;
}

constexpr Option filter_load_options[] = {
    operand<&FilterLoadArguments::interfaces>("IFACE", ValueKind::interface,
                                              "interfaces to filter"),
    filter_name<&FilterLoadArguments::name>(),
    option<&FilterLoadArguments::rules, &InputOptions::file>(
        "--rules", ValueKind::file,
        "make the rules equal to this file before anything is attached; - for standard input"),
    input_format<&FilterLoadArguments::rules>(),
    option<&FilterLoadArguments::rules, &InputOptions::value>(
        "--value", ValueKind::value, "the action of every rule: the file holds keys alone"),
    choice<&FilterLoadArguments::default_action>(
        "--default", "drop,pass",
        "drop or pass what no rule is about; goes before a default of the file. drop also "
        "drops replies to your own connections"),
    choice<&FilterLoadArguments::mode>("--mode", "native,skb,auto",
                                       "native, skb, or auto: native, else skb and say so"),
    number<&FilterLoadArguments::max_entries>(
        "-m,--max-entries", "rules the map can hold: 16384, or as it has them already")
        .from(1),
    seconds<&FilterLoadArguments::confirm>(
        "--confirm",
        "detach again unless a line 'yes' comes on standard input within so many seconds; "
        "--yes does not answer it"),
    flag<&FilterLoadArguments::destinations>(
        "--destinations",
        "look at rules by destination, too, as in 'to 10.0.0.0/8': about 50 ns a packet"),
    flag<&FilterLoadArguments::replace>(
        "--replace", "take the place of another program, unless a bpf_link holds it"),
};

}  // namespace

const Command filter_load_command("filter load", "attach the XDP filter", Types::none,
                                  action_of<filter_load>, filter_load_options,
                                  "filter load eth0 --rules rules.txt\n"
                                  "filter load eth0 eth1 --mode skb\n"
                                  "filter load eth0 --rules rules.txt --default drop --confirm 60",
                                  {.changes_names = true});

}  // namespace mapctl::cli
