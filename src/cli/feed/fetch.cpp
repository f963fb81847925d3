#include "cli/feed/fetch.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/feed/child.hpp"
#include "cli/feed/etcd.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/output/stream.hpp"
#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/json_string.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

/// A file in memory that is filled and then read from its beginning.
struct Fetched {
  Fd file{::memfd_create("entries", MFD_CLOEXEC)};
  Stream out{file.get()};

  void end_line() {
    out.buffer() += '\n';
    out.row_done();
  }
  Fd finish() {
    out.flush();
    ::lseek(file.get(), 0, SEEK_SET);
    return std::move(file);
  }
};

/// A line of the protocol that is no entry.
struct Step {
  std::string op{};  ///< empty: the line is an entry
  std::optional<std::uint64_t> entries{};
};

Step step_of(std::string_view line) {
  if (line.find("\"op\"") == std::string_view::npos) return {};
  const nlohmann::json object = nlohmann::json::parse(line, nullptr, false);
  if (!object.is_object() || object.contains("key")) return {};
  Step step;
  if (const auto op = object.find("op"); op != object.end() && op->is_string())
    step.op = op->get<std::string>();
  if (const auto entries = object.find("entries");
      entries != object.end() && entries->is_number_unsigned())
    step.entries = entries->get<std::uint64_t>();
  return step;
}

[[noreturn]] void no_snapshot(const std::string& command, const std::string& why) {
  remote_failed(fmt::format("'{}' gave no whole snapshot", command), why);
}

}  // namespace

std::vector<std::string> files_of(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with('.') && !name.ends_with('~') && !entry.is_directory(error))
      files.push_back(entry.path());
  }
  if (error)
    throw Failed({"file",
                  error == std::errc::permission_denied ? Exit::permission : Exit::not_found,
                  fmt::format("cannot read the directory '{}': {}", path, error.message())});
  std::ranges::sort(files);
  return files;
}

Fd fetch_etcd(const std::string& uri) {
  const EtcdPlace place = etcd_place(uri);
  for (std::size_t i = 0;; ++i) {
    Fetched entries;
    try {
      read_etcd(place, place.endpoints[i], [&](const std::string& key, const std::string& value) {
        if (!is_utf8(key) || !is_utf8(value))
          throw Failed(
              {"bad_input", Exit::bad_data,
               fmt::format("{}: the key '{}' or its value is no text", uri, printable(key))});
        std::string& line = entries.out.buffer();
        line += R"({"key":)";
        append_json_string(line, key);
        line += R"(,"value":)";
        append_json_string(line, value);
        line += '}';
        entries.end_line();
      });
      return entries.finish();
    } catch (const Failed& failed) {
      const bool can_go_on = failed.failure().exit == Exit::remote && !interrupted();
      if (!can_go_on || i + 1 == place.endpoints.size()) throw;
    }
  }
}

Fd fetch_output(const std::string& command) {
  Child child({"/bin/sh", "-c", command}, {});
  Fetched entries;
  bool has_begun = false;
  std::uint64_t count = 0;
  while (const auto line = child.next_line(std::chrono::minutes{5})) {
    const std::string_view text = trim(*line);
    const Step step = step_of(text);
    const bool is_entry = step.op.empty() && !text.empty() && !text.starts_with('#');
    if (step.op == "begin") {
      if (std::exchange(has_begun, true)) no_snapshot(command, "a second one began inside of it");
    } else if (step.op == "end") {
      if (has_begun && step.entries == count) return entries.finish();
      no_snapshot(command, fmt::format("there were {} entries, and its end is: {}", count, text));
    } else if (is_entry && !has_begun) {
      no_snapshot(command, R"(the first line has to be {"op":"begin"})");
    } else if (is_entry) {
      ++count;
      entries.out.buffer() += text;
    }
    entries.end_line();  // the lines have the numbers that they have in the output
  }
  if (interrupted())
    throw Failed({"interrupted", Exit::interrupted,
                  fmt::format("interrupted before the end of '{}'", command)});
  if (!child.has_ended()) no_snapshot(command, "nothing came for five minutes");
  const int status = child.status();
  no_snapshot(command,
              fmt::format("it ended with exit status {} before {{\"op\":\"end\"}}{}{}", status,
                          child.last_message().empty() ? "" : ": ", child.last_message()));
}

}  // namespace mapctl::cli
