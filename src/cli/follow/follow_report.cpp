#include "cli/follow/follow_report.hpp"

#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/follow/service.hpp"
#include "cli/input/saved_header.hpp"
#include "cli/metrics/exposition.hpp"
#include "cli/output/stream.hpp"
#include "cli/saved/atomic_file.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"
#include "text/literal/json_string.hpp"

namespace mapctl::cli {

namespace {

using namespace std::chrono_literals;
using Time = std::chrono::system_clock::time_point;

nlohmann::json time_text(Time time) {
  if (time == Time{}) return nullptr;
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%FT%TZ", &parts));
}

/// A text that the source wrote as JSON stays JSON; any other becomes a string.
void append_value(std::string& out, const std::string& text) {
  const bool is_json = text.find_first_of("\"[{") == 0 && nlohmann::json::accept(text);
  is_json ? void(out += text) : append_json_string(out, text);
}

}  // namespace

void FollowReport::write_if_due() {
  const auto now = Mirror::Clock::now();
  const bool is_new = status_version_ != mirror_.version();
  if (now - status_at_ > (is_new ? 1s : 10s)) write_status();
  if (now - state_at_ > 10s) write_state();
}

void FollowReport::write() {
  write_status();
  write_state();
}

void FollowReport::write_status() {
  status_at_ = Mirror::Clock::now();
  status_version_ = mirror_.version();
  try_to_write(options_.status, status_text());
  try_to_write(options_.metrics, metrics_text());
}

void FollowReport::write_state() {
  const Mirror::State state = mirror_.state();
  const bool is_in_force = mirror_.revision() == mirror_.wanted_revision() &&
                           (state == Mirror::State::following || state == Mirror::State::lost);
  if (!is_in_force || !mirror_.has_applied() || state_version_ == mirror_.version()) return;
  state_version_ = mirror_.version();
  try_to_write(options_.state, options_.state.empty() ? "" : state_text());
  state_at_ = Mirror::Clock::now();
}

void FollowReport::try_to_write(const std::string& file, const std::string& text) {
  if (file.empty()) return;
  try {
    AtomicFile written(file);
    written.write([&](SaveTo to) {
      Stream stream(to.fd);
      stream.buffer() = text;
      stream.finish();
    });
    if (file == options_.state) written.sync();
    written.appear();
  } catch (const Failed& failed) {
    if (std::exchange(told_, failed.what()) != failed.what()) note(failed.what());
  }
}

/// As save writes it, from what is known: the map is not read.
std::string FollowReport::state_text() const {
  std::string lines;
  std::uint64_t count = 0;
  mirror_.for_each_good([&](const std::string& key, const std::string& value) {
    ++count;
    lines += R"({"key":)";
    append_json_string(lines, key);
    lines += R"(,"value":)";
    append_value(lines, value);
    lines += "}\n";
  });
  SavedHeader header{.map = describe(target_.map.info(), target_.schema)};
  header.entries = count;
  return header_line(header) + '\n' + lines;
}

std::string FollowReport::status_text() const {
  nlohmann::ordered_json bad = nlohmann::ordered_json::array();
  constexpr std::size_t most = 20;
  for (const auto& [key, why] : mirror_.bad()) {
    if (bad.size() == most) break;
    bad.push_back({{"key", key}, {"why", why}});
  }
  const MirrorCounts& counts = mirror_.counts();
  const nlohmann::ordered_json status{{"map", target_.map.label()},
                                      {"source", source_},
                                      {"state", name(mirror_.state())},
                                      {"reason", mirror_.reason()},
                                      {"revision", mirror_.revision()},
                                      {"wanted", mirror_.wanted_revision()},
                                      {"entries", mirror_.wanted()},
                                      {"bad_entries", mirror_.bad().size()},
                                      {"bad", std::move(bad)},
                                      {"foreign", mirror_.foreign()},
                                      {"heard", time_text(mirror_.heard_at())},
                                      {"applied", time_text(mirror_.applied_at())},
                                      {"snapshots", counts.snapshots},
                                      {"puts", counts.puts},
                                      {"deletions", counts.deletions}};
  return status.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

std::string FollowReport::metrics_text() const {
  std::string text;
  Exposition out(text);
  const std::string labels = label_text({{"map", target_.map.label()}});
  const auto write = [&](const char* name, MetricType type, const char* help, auto value) {
    out.begin(name, type, help);
    out.sample(labels, value);
  };
  const auto seconds = [](Time time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  };
  const Mirror::State state = mirror_.state();
  const MirrorCounts& counts = mirror_.counts();
  constexpr auto gauge = MetricType::gauge;
  constexpr auto counter = MetricType::counter;
  write("mapctl_sync_up", gauge, "1 if the map follows its source, and is not held.",
        state == Mirror::State::following ? 1 : 0);
  write("mapctl_sync_held", gauge, "1 if a change is held: the map stays as it was before.",
        state == Mirror::State::held ? 1 : 0);
  write("mapctl_sync_entries", gauge, "Entries that the source wants.", mirror_.wanted());
  write("mapctl_sync_bad_entries", gauge, "Entries that do not fit; the map keeps what it has.",
        mirror_.bad().size());
  write("mapctl_sync_foreign_entries", gauge, "Entries whose keys others have in the map.",
        mirror_.foreign());
  write("mapctl_sync_heard_timestamp_seconds", gauge, "When the source was heard last.",
        seconds(mirror_.heard_at()));
  write("mapctl_sync_applied_timestamp_seconds", gauge, "When the map was brought up to date last.",
        seconds(mirror_.applied_at()));
  if (!mirror_.revision().empty()) {
    write("mapctl_sync_revision", gauge, "The source's revision that is in force.",
          label_value(mirror_.revision()));
    write("mapctl_sync_wanted_revision", gauge, "The source's newest revision.",
          label_value(mirror_.wanted_revision()));
  }
  write("mapctl_sync_snapshots_total", counter, "Snapshots that were taken.", counts.snapshots);
  write("mapctl_sync_puts_total", counter, "Entries that were written.", counts.puts);
  write("mapctl_sync_deletions_total", counter, "Entries that were deleted.", counts.deletions);
  return text;
}

}  // namespace mapctl::cli
