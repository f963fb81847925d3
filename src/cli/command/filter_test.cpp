// filter test: shows what the filter would do with packets.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <variant>

#include "cli/command/commands.hpp"
#include "cli/filter/filter_report.hpp"
#include "cli/input/capture.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/row.hpp"
#include "mapctl/filter/packet.hpp"
#include "mapctl/filter/probe.hpp"
#include "mapctl/text/codec.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

struct FilterTestArguments {
  std::vector<std::string> packets;  ///< descriptions, or capture files
  std::string file{};                ///< a capture file
  std::string name = "filter";
  std::string expect{};  ///< the verdict expected for all packets
  bool summary = false;
};

struct Described {
  std::string text;
  Bytes frame;
};

using Packets = std::variant<Described, Capture>;

/// Returns true for a file: the only description of a single word is "arp".
bool is_file(const std::string& argument) {
  return argument.find_first_of(" \t\n>") == std::string::npos &&
         !equal_ignoring_case(argument, "arp") && !argument.empty();
}

Packets read_argument(const std::string& argument) {
  if (!is_file(argument)) return Described{argument, frame_of(argument)};
  try {
    return Capture(argument);
  } catch (const Failed& failed) {
    Failure failure = failed.failure();
    failure.fix.emplace_back("a packet is described like 'tcp 192.0.2.7:5000 > 10.0.0.1:22'");
    throw Failed(std::move(failure));
  }
}

/// Reads all arguments before the first packet is tested, so that errors come first.
std::vector<Packets> read_arguments(const FilterTestArguments& options) {
  std::vector<Packets> all;
  for (const std::string& argument : options.packets) all.push_back(read_argument(argument));
  if (!options.file.empty()) all.emplace_back(Capture(options.file));
  return all;
}

struct Result {
  std::string packet;
  FilterVerdict verdict;
  std::optional<std::string> seen;
  std::optional<std::string> rule;
};

void write_decision(Row& row, FilterVerdict verdict, const std::optional<std::string>& rule) {
  row.word("verdict", action(verdict)).word("reason", name(verdict)).word("rule", rule);
}

std::vector<Column> result_columns(bool has_captures) {
  std::vector<Column> columns{{"packet"}};
  if (has_captures) columns.push_back({"seen"});
  for (const char* name : {"verdict", "reason", "rule"}) columns.push_back({name});
  return columns;
}

/// Tests each packet and passes on the verdict.
class Questions {
 public:
  explicit Questions(FilterPins pins) : pins_(std::move(pins)) {}

  template <typename Use>
  void ask(std::vector<Packets>& all, const Use& use) {
    for (Packets& packets : all) {
      if (const auto* one = std::get_if<Described>(&packets)) {
        use(answer(one->text, one->frame));
        continue;
      }
      auto& capture = std::get<Capture>(packets);
      while (const std::optional<CapturedFrame> frame = capture.next()) {
        const Result result =
            answer(fmt::format("{}:{}", capture.path(), frame->number), frame->bytes);
        if (frame->is_cut && result.verdict == FilterVerdict::malformed) ++cut_;
        use(result);
      }
    }
  }

  void note_destinations() const {
    if (!probe_ || probe_->without_destinations().empty()) return;
    note(
        fmt::format("these are the answers of programs that look at rules by destination; on {} "
                    "the filter does not",
                    fmt::join(probe_->without_destinations(), ", ")));
  }

  void note_cut() const {
    if (cut_ != 0)
      note(fmt::format("of {} malformed packets the capture has only the beginning", cut_));
  }

 private:
  Result answer(std::string packet, const Bytes& frame) {
    // The probe is loaded late, because a file may turn out not to be a capture.
    if (!probe_) probe_.emplace(pins_);
    const FilterAnswer answer = probe_->ask(frame);
    return {std::move(packet), answer.verdict, text(answer.seen), text(answer.rule)};
  }

  std::optional<std::string> text(const std::optional<Bytes>& key) const {
    if (!key) return std::nullopt;
    return key_text_of(probe_->key_layout(), *key);
  }

  FilterPins pins_;
  std::optional<FilterProbe> probe_{};
  std::size_t cut_ = 0;
};

using Use = std::function<void(const Result&)>;

/// Prints one line for each packet as soon as its verdict is known.
void print_each(Questions& questions, std::vector<Packets>& packets, const Use& count,
                const Session& session) {
  const bool has_captures = std::ranges::any_of(
      packets, [](const Packets& each) { return std::holds_alternative<Capture>(each); });
  Results results(session, Document::list, result_columns(has_captures));
  questions.ask(packets, [&](const Result& result) {
    count(result);
    Row row(*results);
    row.begin();
    if (session.format != Format::plain)
      row.string("packet", result.packet).word("seen", result.seen);
    write_decision(row, result.verdict, result.rule);
    row.end();
  });
  results.finish();
}

/// Prints how many packets each rule decided, in descending order.
void print_summary(Questions& questions, std::vector<Packets>& packets, const Use& count,
                   const Session& session) {
  using Decision = std::pair<FilterVerdict, std::optional<std::string>>;
  using Counted = std::pair<Decision, std::uint64_t>;
  std::map<Decision, std::uint64_t> counts;
  questions.ask(packets, [&](const Result& result) {
    count(result);
    ++counts[{result.verdict, result.rule}];
  });
  std::vector<Counted> rows(counts.begin(), counts.end());
  std::ranges::stable_sort(rows, std::ranges::greater{}, &Counted::second);
  Results results(session, Document::list, {{"packets"}, {"verdict"}, {"reason"}, {"rule"}});
  for (const auto& [decision, packets_decided] : rows) {
    Row row(*results);
    row.begin().integer("packets", packets_decided);
    write_decision(row, decision.first, decision.second);
    row.end();
  }
  results.finish();
}

Exit filter_test(const FilterTestArguments& options, const Session& session) {
  if (options.packets.empty() && options.file.empty())
    throw usage_error("filter test: no packet is given",
                      {"describe one: mapctl filter test 'tcp 192.0.2.7:5000 > 10.0.0.1:22'",
                       "or name a capture: mapctl filter test capture.pcap"});
  std::vector<Packets> packets = read_arguments(options);
  Questions questions(FilterPins(bpffs_directory(), options.name, PinOwner::anybody));
  std::size_t asked = 0;
  std::size_t unexpected = 0;
  const auto count = [&](const Result& result) {
    ++asked;
    if (!options.expect.empty() && action(result.verdict) != options.expect) ++unexpected;
  };
  (options.summary ? print_summary : print_each)(questions, packets, count, session);
  if (asked == 0)
    throw Failed({"bad_input",
                  Exit::bad_data,
                  "no packet was tested: the capture has none",
                  {},
                  {"capture some: tcpdump -i eth0 -c 100 -w FILE"}});
  questions.note_destinations();
  questions.note_cut();
  if (unexpected == 0) return Exit::done;
  note(fmt::format("{} of {} packets: another verdict than {}", unexpected, asked, options.expect));
  return Exit::no;
}

constexpr Option filter_test_options[] = {
    operand<&FilterTestArguments::packets>(
        "PACKET", ValueKind::packet,
        "'tcp 192.0.2.7:5000 > 10.0.0.1:22', or a file of captured packets (pcap, pcapng)")
        .optional(),
    option<&FilterTestArguments::file>("-f,--file", ValueKind::file,
                                       "a file of captured packets; - for standard input"),
    filter_name<&FilterTestArguments::name>(),
    choice<&FilterTestArguments::expect>("--expect", "pass,drop",
                                         "exit 1 unless all packets get this verdict: pass, drop"),
    flag<&FilterTestArguments::summary>("--summary", "only how many packets each rule decides"),
};

}  // namespace

const Command filter_test_command("filter test", "tell what the filter does with packets",
                                  Types::none, action_of<filter_test>, filter_test_options,
                                  "filter test 'tcp 198.51.100.7 > 10.1.0.1:22'\n"
                                  "filter test 'udp 192.0.2.7:53 > 10.0.0.1:5000' --expect drop\n"
                                  "filter test -f captured.pcap --summary",
                                  {.usage = "PACKET…"});

}  // namespace mapctl::cli
