// filter load: writes the rules, attaches the program, and undoes it unless it is confirmed.

#include <fmt/format.h>
#include <linux/capability.h>

#include <csignal>
#include <type_traits>

#include "cli/bulk/map_lock.hpp"
#include "cli/bulk/map_sync.hpp"
#include "cli/command/commands.hpp"
#include "cli/filter/filter_report.hpp"
#include "cli/input/input_options.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/output/row.hpp"
#include "cli/session/capabilities.hpp"
#include "cli/session/confirm.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"
#include "mapctl/filter/load.hpp"
#include "mapctl/filter/status.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

struct FilterLoadArguments {
  std::vector<std::string> interfaces;
  std::string name = "filter";
  std::string mode = "auto";
  FilterLoadOptions load{};                ///< without pins and mode
  PinOwner owner = PinOwner::trusted;      ///< of the pins
  InputOptions rules{};                    ///< without a file, the rules do not change
  std::string max_delete{};                ///< N or P%
  std::string default_action{};            ///< drop or pass; empty: unchanged
  std::optional<std::uint32_t> confirm{};  ///< milliseconds
  std::optional<std::uint32_t> patience = usual_patience;  ///< milliseconds
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
    throw usage_error("--confirm: nobody answers in no time", {"give a duration, such as 60s"});
  if (options.rules.file == standard_input)
    throw usage_error("--confirm reads the answer from standard input, and --rules the rules",
                      {"put the rules into a file"});
}

FilterLoadOptions load_options(const FilterLoadArguments& options) {
  FilterLoadOptions load = options.load;
  load.pins = {bpffs_directory(), options.name, options.owner};
  load.keep_waiting = wait_at_most(*options.patience, "load the filter");
  if (options.mode == "native") load.mode = XdpMode::native;
  if (options.mode == "skb") load.mode = XdpMode::skb;
  return load;
}

std::string label(const ForeignProgram& program) {
  return fmt::format("program {} ('{}')", program.id, program.name);
}

void note_what_happened(const Attached& attached) {
  if (!attached.native_refusal.empty())
    note(fmt::format("{} runs the filter in skb mode, which is slower: {}", attached.interface,
                     attached.native_refusal));
  if (attached.foreign)
    note(fmt::format("{} of {} was replaced", label(*attached.foreign), attached.interface));
}

/// "1 second", "0.5 seconds"
std::string in_seconds(std::uint32_t milliseconds) {
  return fmt::format("{:g} {}", milliseconds / 1000.0, milliseconds == 1000 ? "second" : "seconds");
}

std::string question(const std::string& interfaces, std::uint32_t milliseconds) {
  return question_line(fmt::format(
      "the filter is on {} now. Still connected? Type yes within {} to keep it:", interfaces,
      in_seconds(milliseconds)));
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
      return fmt::format("there was no answer within {}", in_seconds(milliseconds));
    case Answer::signal:
      return fmt::format("a signal ended the wait: SIG{}", sigabbrev_np(interrupting_signal()));
  }
  return {};
}

Exit exit_of(Answer answer) {
  const bool is_interrupt = answer == Answer::signal && interrupting_signal() == SIGINT;
  return is_interrupt ? Exit::interrupted : Exit::no;
}

void write_replaced(Output& output, const std::optional<ForeignProgram>& foreign) {
  output.member("foreign");
  if (!foreign) return output.null();
  Row(output).begin().integer("id", foreign->id).string("name", foreign->name).end();
}

void print(const std::vector<Attached>& all, const FilterLoadArguments& options,
           const Session& session) {
  std::vector<Column> columns{{"interface"}, {"mode"}, {"replaced"}};
  const bool tells_foreign = options.load.foreign == ForeignPrograms::replace;
  if (tells_foreign) columns.push_back({"foreign"});
  Results results(session, Document::list, std::move(columns));
  for (const Attached& attached : all) {
    Row row(*results);
    row.begin()
        .string("interface", attached.interface)
        .word("mode", name(attached.mode))
        .boolean("replaced", attached.replaced);
    if (tells_foreign) write_replaced(*results, attached.foreign);
    row.end();
  }
  results.finish();
}

/// What keeping the filter and undoing it may need: to put a foreign program back, to pin and unpin
/// in a directory of another user, and before Linux 5.19 to use bpf(2) at all.
constexpr std::initializer_list<unsigned> needed_after_attaching = {CAP_NET_ADMIN, CAP_DAC_OVERRIDE,
                                                                    CAP_FOWNER, CAP_BPF};

/// A load in its steps. If one fails, the failure also tells what the load leaves behind.
class Loading {
 public:
  Loading(const FilterLoadArguments& options, const Session& session)
      : options_(options),
        session_(session),
        what_(load_options(options)),
        max_delete_(delete_limit(options.max_delete)),
        load_(options.interfaces, what_),
        rules_(target_of(load_.rules().clone(), what_.pins.rules().string(), session)) {}

  Exit run() {
    if (options_.confirm) prepare_for_answer();
    const Exit written = step([&] { return write_rules(); });
    if (written != Exit::done) {
      for (const std::string& fact : give_up()) note(fact);
      return written;
    }
    has_written_ = may_have_written_;
    std::size_t unused = 0;
    const std::vector<Attached> all = step([&] {
      check_caller();
      if (!what_.destinations) unused = count_destination_rules(load_.rules());
      return load_.attach();
    });
    is_attached_ = true;
    if (options_.confirm) ask_to_keep(all, *options_.confirm);
    step([&] { load_.keep(); });
    // Notes come after the answer: before it, a caller who was cut off could block the write.
    if (unused != 0)
      note(fmt::format("rules by destination do nothing without --destinations, and {} has {}",
                       load_.rules().label(), unused));
    if (!what_.replies && !what_.established && drops_by_default(load_.rules()))
      note(
          "default drops replies to this host's own connections, too, unless rules pass them: see "
          "--replies");
    if (const std::optional<std::size_t> count = load_.taken_over())
      note(fmt::format("{} held the rules of an older version: {} taken over with their counters",
                       what_.pins.rules().string(), counted(*count, "rule")));
    for (const Attached& attached : all) note_what_happened(attached);
    print(all, options_, session_);
    return Exit::done;
  }

 private:
  template <typename Work>
  std::invoke_result_t<Work> step(Work work) {
    try {
      return work();
    } catch (...) {
      Failure failure = current_failure();
      for (const std::string& fact : give_up()) {
        if (!failure.why.empty()) failure.why += "; ";
        failure.why += fact;
      }
      throw Failed(std::move(failure));
    }
  }

  /// Writes the requested rules. All checks come before hold(), and hold() before the first write.
  Exit write_rules() {
    if (!options_.rules.file.empty()) return sync_rules();
    options_.default_action.empty() ? hold() : put_default();
    return Exit::done;
  }

  void hold() {
    if (options_.confirm) load_.hold();
    may_have_written_ = !options_.rules.file.empty() || !options_.default_action.empty();
  }

  /// Makes the rules equal to those of the file.
  Exit sync_rules() try {
    MapSync sync(rules_, {.input = options_.rules, .prune = true, .max_delete = max_delete_},
                 session_);
    if (!sync.read()) return Exit::bad_data;
    if (sync.file_is_empty() && load_.made_rules())
      note(fmt::format("{} has no rules, and neither has the new map {}", options_.rules.file,
                       load_.rules().label()));
    if (!options_.default_action.empty()) sync.set("default", options_.default_action);
    sync.compare();
    hold();
    return sync.write(!load_.made_rules()) ? Exit::done : Exit::interrupted;
  } catch (const Failed& error) {
    Failure failure = error.failure();
    if (!load_.made_rules() || failure.exit != Exit::full) throw;
    // A new map can have any size.
    failure.fix = {"make room for more rules: --max-entries N", "leave rules out of the file"};
    throw Failed(std::move(failure));
  }

  void put_default() {
    const Encoded key = key_of_text(rules_, "default");
    const Bytes value = value_over_old(rules_, key, options_.default_action);
    EntryWriter writer(rules_, session_);
    writer.will_put(key.bytes, value);
    writer.check([&] { return fmt::format("put default into {}", rules_.map.label()); },
                 load_.made_rules() ? WayOut::one_more : WayOut::put_first);
    hold();
    writer.put(key, value);
  }

  /// Rules that drop the caller's packets take effect only when the program is attached.
  void check_caller() {
    CallerGuard(rules_, session_)
        .check_attaching([] { return std::string{"attach the filter"}; },
                         what_.destinations ? Sides::both : Sides::source, load_.is_reload());
  }

  /// Detaches the filter if the caller does not confirm it.
  void ask_to_keep(const std::vector<Attached>& all, std::uint32_t milliseconds) {
    std::string interfaces;
    for (const Attached& each : all)
      interfaces += (interfaces.empty() ? "" : ", ") + each.interface;
    keep_capabilities(session_, needed_after_attaching);
    const Answer answer =
        ask(question(interfaces, milliseconds), std::chrono::milliseconds(milliseconds));
    if (answer == Answer::yes) return;
    const std::string left = detach();
    throw Failed({"declined",
                  exit_of(answer),
                  fmt::format("the filter was not confirmed: it was detached from {}", interfaces),
                  reason(answer, milliseconds) + (left.empty() ? "" : "; ") + left,
                  {"look at its rules, and load it again"}});
  }

  /// Returns what stays behind, since another run that holds the lock may use it.
  std::string detach() try {
    load_.detach();
    return {};
  } catch (const Failed& busy) {
    return fmt::format("its maps stay pinned: {}", busy.what());
  }

  /// Detaches the filter if nobody can confirm it any more, even if it ran before, because its
  /// rules may have changed. Returns what to report about the filter and the rules.
  std::vector<std::string> give_up() {
    std::vector<std::string> facts;
    if (has_written_ && !load_.made_rules() && !load_.taken_over())
      facts.push_back(fmt::format("the rules in {} are changed already", load_.rules().label()));
    if (!options_.confirm || !(may_have_written_ || is_attached_)) return facts;
    try {
      const std::string left = detach();
      if (is_attached_ || !load_.made_rules())
        facts.push_back(fmt::format("the filter was taken off {}, since it could not be confirmed",
                                    fmt::join(options_.interfaces, ", ")));
      if (!left.empty()) facts.push_back(left);
    } catch (const Error& error) {
      facts.emplace_back(error.what());
    }
    return facts;
  }

  const FilterLoadArguments& options_;
  const Session& session_;
  const FilterLoadOptions what_;
  const std::optional<DeleteLimit> max_delete_;
  FilterLoad load_;
  Target rules_;
  bool may_have_written_ = false;
  bool has_written_ = false;  ///< all rules are written
  bool is_attached_ = false;
};

Exit filter_load(const FilterLoadArguments& options, const Session& session) {
  check_words(options, session);
  return Loading(options, session).run();
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
    max_delete<&FilterLoadArguments::max_delete>(),
    choice<&FilterLoadArguments::default_action>(
        "--default", "drop,pass",
        "drop or pass what no rule is about; goes before a default of the file. drop also "
        "drops replies to your own connections: see --replies"),
    choice<&FilterLoadArguments::mode>("--mode", "native,skb,auto",
                                       "native, skb, or auto: native, else skb and say so"),
    number<&FilterLoadArguments::load, &FilterLoadOptions::max_entries>(
        "-m,--max-entries", "rules the map can hold: 16384, or as it has them already")
        .from(1),
    duration<&FilterLoadArguments::confirm>(
        "--confirm",
        "detach again unless a line 'yes' comes on standard input within that time; "
        "--yes does not answer it"),
    flag<&FilterLoadArguments::load, &FilterLoadOptions::destinations>(
        "--destinations",
        "look at rules by destination, too, as in 'to 10.0.0.0/8': about 50 ns a packet"),
    flag<&FilterLoadArguments::load, &FilterLoadOptions::replies>(
        "--replies",
        "where default drops: pass packets that a socket of this host waits for, answers to a "
        "ping, and ICMP errors"),
    flag<&FilterLoadArguments::load, &FilterLoadOptions::established>(
        "--established",
        "where default drops: pass all TCP with ACK or RST; for hosts that forward"),
    flag_for<ForeignPrograms::replace, &FilterLoadArguments::load, &FilterLoadOptions::foreign>(
        "--replace", "take the place of another program, unless a bpf_link holds it"),
    adopt<&FilterLoadArguments::owner>(),
    lock_timeout<&FilterLoadArguments::patience>(),
};

}  // namespace

const Command filter_load_command("filter load", "attach the XDP filter", Types::none,
                                  action_of<filter_load>, filter_load_options,
                                  "filter load eth0 --rules rules.txt\n"
                                  "filter load eth0 eth1 --mode skb\n"
                                  "filter load eth0 --rules rules.txt --default drop --confirm 60",
                                  {.changes_names = true});

}  // namespace mapctl::cli
