// Files that others write: each change of them is a snapshot of all.

#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <tuple>
#include <utility>

#include "cli/feed/fetch.hpp"
#include "cli/follow/feed.hpp"
#include "cli/input/format.hpp"
#include "cli/input/saved_header.hpp"
#include "cli/session/failure.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

void read_file(const std::string& file, const InputOptions& input, const Target& target,
               Mirror& mirror) {
  Source source(file);
  const EntryParts parts = input.value ? EntryParts::listed_keys : EntryParts::both;
  const auto format = make_input(source, target.schema, parts, input.format);
  std::optional<std::uint64_t> expected;
  std::uint64_t found = 0;
  for (RawEntry entry;;) {
    try {
      entry.kind = RawEntry::Kind::put;
      if (!format->next(entry)) break;
      if (entry.kind == RawEntry::Kind::header) {
        expected = entries_in_header(entry.key);
        continue;
      }
      ++found;
      if (entry.kind == RawEntry::Kind::erase) throw BadInput("a deletion is no entry");
      if (entry.value && input.value) throw BadInput("the entry has a value of its own");
      if (!entry.value && !input.value) throw BadInput("the value is missing");
      mirror.put(std::string{entry.key}, std::string{input.value ? *input.value : *entry.value});
    } catch (const BadInput& error) {
      mirror.refuse(fmt::format("{}:{}", file, entry.line), error.what());
    }
  }
  if (expected && *expected != found)
    throw Failed({"bad_input", Exit::bad_data,
                  fmt::format("{} is not complete: its header says that {} entries follow, and "
                              "there are {}",
                              file, *expected, found)});
}

class FileFeed final : public Feed {
 public:
  FileFeed(InputOptions input, const Target& target)
      : input_(std::move(input)),
        target_(target),
        inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

  std::vector<int> readable() const override { return {inotify_.get()}; }
  std::optional<Clock::time_point> due() const override { return due_; }
  void take_again() override {
    is_first_ = true;
    due_ = Clock::now();
  }

  bool step(Mirror& mirror) override {
    const Clock::time_point now = Clock::now();
    if (drain()) {
      // Several changes that follow each other are one, but not for ever.
      if (!std::exchange(is_changing_, true)) latest_ = now + milliseconds(1000);
      due_ = std::min(now + milliseconds(50), latest_);
    }
    if (now < due_) return true;
    const bool must = std::exchange(is_changing_, false) || is_first_;
    watch();
    const Signature seen = signature();
    // Where no event tells of a change, such as on a network's disk, two looks that agree do.
    if (must || (seen != read_ && seen == seen_)) {
      read_ = seen;
      is_first_ = !read_files(input_, target_, mirror);  // what cannot be read is tried again
    } else {
      mirror.heard();
    }
    seen_ = seen;
    due_ = Clock::now() + milliseconds(1000);
    return true;
  }

 private:
  using Signature = std::vector<std::tuple<std::string, dev_t, ino_t, off_t, time_t, long>>;

  /// Takes the events; returns true if there was one.
  bool drain() const {
    bool found = false;
    std::array<char, 4096> events{};
    while (::read(inotify_.get(), events.data(), events.size()) > 0) found = true;
    return found;
  }

  /// The directory in which names of the files are, also behind a link, which may have changed.
  void watch() {
    constexpr std::uint32_t events = IN_CLOSE_WRITE | IN_MOVE | IN_CREATE | IN_DELETE;
    std::error_code error;
    const fs::path path = fs::absolute(input_.file, error);
    const auto add = [&](const fs::path& directory) {
      ::inotify_add_watch(inotify_.get(), directory.c_str(), events | IN_ONLYDIR);
    };
    fs::is_directory(path, error) ? add(path) : add(path.parent_path());
    const fs::path real = fs::canonical(path, error);
    if (error) return;
    fs::is_directory(real, error) ? add(real) : add(real.parent_path());
  }

  Signature signature() const {
    Signature all;
    try {
      for (const std::string& file : files_of(input_.file)) {
        struct stat status {};
        if (::stat(file.c_str(), &status) == 0)
          all.emplace_back(file, status.st_dev, status.st_ino, status.st_size,
                           status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
      }
    } catch (const Failed&) {  // reading will say it
    }
    return all;
  }

  const InputOptions input_;
  const Target& target_;
  Fd inotify_;
  Signature read_{};
  Signature seen_{};
  bool is_first_ = true;
  bool is_changing_ = false;
  Clock::time_point latest_{};
  Clock::time_point due_{Clock::now()};
};

}  // namespace

bool read_files(const InputOptions& input, const Target& target, Mirror& mirror) {
  mirror.begin();
  try {
    for (const std::string& file : files_of(input.file)) read_file(file, input, target, mirror);
    return mirror.end({}, "");
  } catch (const Failed& failed) {
    mirror.lost(failed.what());
    return false;
  }
}

std::unique_ptr<Feed> make_file_feed(const InputOptions& input, const Target& target) {
  return std::make_unique<FileFeed>(input, target);
}

}  // namespace mapctl::cli
