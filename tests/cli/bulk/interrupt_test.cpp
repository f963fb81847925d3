// Ctrl-C and the progress line: reports are true, and no work is half done.

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "support/bulk.hpp"
#include "support/shell/matchers.hpp"
#include "support/shell/terminal.hpp"

namespace mapctl::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Large values with short texts, so that few entries fill many blocks.
constexpr const char* large = " -t hash -k u32 -v '{a:u64,pad:u8[16376]}' -n 2000";
constexpr std::uint32_t size = 2000;

/// Provides an empty directory /run, in which the commands work.
class Interrupted : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("mount -t tmpfs tmp /run"), IsSilent());
    std::filesystem::current_path("/run");
  }
  void TearDown() override { std::filesystem::current_path("/tmp"); }
};

void make_large(const std::string& name, const Entries& entries = {}) {
  sh("mapctl unpin " + name + " --yes; mapctl create " + name + large);
  Map map = open_pin(name);
  put_all(map, entries);
}

/// Interrupts the command once the map has changed, and starts again if the command ended first.
template <typename Prepare, typename Changed>
Outcome interrupted(const std::string& command, Prepare prepare, Changed has_changed) {
  Outcome outcome;
  for (int tries = 0; tries < 10 && outcome.exit != 130; ++tries) {
    prepare();
    Background mapctl("exec mapctl " + command);
    const Map map = open_pin("m");
    while (mapctl.is_running() && !has_changed(map)) continue;
    outcome = mapctl.interrupt();
  }
  EXPECT_EQ(outcome.exit, 130) << outcome;
  return outcome;
}

bool is_not_empty(const Map& map) { return map.next_key().has_value(); }

TEST_F(Interrupted, LoadTellsHowManyItPut) {
  write_lines("in", sequence(0, size), "a=");
  const Outcome outcome = interrupted(
      "load m -f in", [] { make_large("m"); }, is_not_empty);
  const long done = number_after(outcome.err, "interrupted: ");
  EXPECT_THAT(outcome.err, HasSubstr(" of 2000 entries were done; run it again to finish"));
  EXPECT_EQ(entries_of("m"), sequence(0, static_cast<std::uint32_t>(done)));
  EXPECT_THAT(sh("mapctl load m -f in"), Prints("written\t2000\ndeleted\t0\n"));
  EXPECT_EQ(entries_of("m"), sequence(0, size));
}

TEST_F(Interrupted, CopyTellsHowManyItPut) {
  make_large("src", sequence(0, size));
  const Outcome outcome = interrupted(
      "copy src m", [] { make_large("m"); }, is_not_empty);
  const long done = number_after(outcome.err, "interrupted: ");
  EXPECT_EQ(entries_of("m").size(), static_cast<std::size_t>(done)) << outcome;
}

TEST_F(Interrupted, DelTellsHowManyItDeleted) {
  constexpr std::uint32_t count = 8000;  // the keys are large, so there are many blocks
  std::ofstream in("in");
  for (std::uint32_t key = 0; key < count; ++key) in << "a=" << key << '\n';
  in.close();
  const auto prepare = [] {
    sh("mapctl unpin m --yes; mapctl create m -t hash -k '{a:u32,pad:u8[252]}' -v u64 -n 8000");
    EXPECT_EQ(sh("sed 's/$/ 1/' in >all; mapctl load m -f all").exit, 0);
  };
  const auto first_is_gone = [](const Map& map) { return !map.get(Bytes(256)); };
  const Outcome outcome = interrupted("del m -f in", prepare, first_is_gone);
  const long done = number_after(outcome.err, "interrupted: ");
  EXPECT_EQ(entries_of("m").size(), count - static_cast<std::size_t>(done)) << outcome;
}

TEST_F(Interrupted, ClearTellsHowManyItDeleted) {
  Bytes first;
  const auto prepare = [&] {
    make_large("m", sequence(0, size));
    first = *open_pin("m").next_key();
  };
  const auto first_is_gone = [&](const Map& map) { return !map.get(first); };
  const Outcome outcome = interrupted("clear m --yes", prepare, first_is_gone);
  const long done = number_after(outcome.err, "interrupted: ");
  EXPECT_EQ(entries_of("m").size(), size - static_cast<std::size_t>(done)) << outcome;
}

TEST_F(Interrupted, SyncTellsHowManyItWrote) {
  const Entries wanted = sequence(0, 20000);
  write_lines("in", wanted, "a=");
  const auto prepare = [] {
    sh("mapctl unpin m --yes; mapctl create m -t hash -k u32 -v '{a:u64,pad:u8[1016]}' -n 20000");
  };
  const Outcome outcome = interrupted("sync m -f in", prepare, is_not_empty);
  EXPECT_THAT(outcome.err, HasSubstr(" of 20000 differences were written"));
  const long done = number_after(outcome.err, "interrupted: ");
  EXPECT_EQ(entries_of("m"), sequence(0, static_cast<std::uint32_t>(done))) << outcome;
  EXPECT_EQ(sh("mapctl sync m -f in").exit, 0);
  EXPECT_EQ(entries_of("m"), wanted);
}

/// The writing end of a named pipe from which a command reads.
class Feed {
 public:
  explicit Feed(const char* path) : path_(path) { EXPECT_EQ(::mkfifo(path, 0600), 0); }
  ~Feed() {
    close();
    ::unlink(path_);
  }
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// Returns once the reader has read all bytes except those that the pipe holds.
  void write(const std::string& text) {
    if (!fd_) fd_ = Fd(::open(path_, O_WRONLY | O_CLOEXEC));
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = ::write(fd_.get(), text.data() + done, text.size() - done);
      ASSERT_GT(count, 0);
      done += static_cast<std::size_t>(count);
    }
  }
  void close() { fd_ = Fd(); }

 private:
  const char* path_;
  Fd fd_{};
};

std::string lines(std::uint32_t first, std::uint32_t count) {
  std::string text;
  for (std::uint32_t i = first; i < first + count; ++i)
    text += std::to_string(i) + "\t" + std::to_string(i) + "\n";
  return text;
}

TEST_F(Interrupted, WhatOnlyReadsItsInputHasWrittenNothing) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 100000; mapctl put m 5 1");
  for (const char* command : {"load m -f fifo", "sync m -f fifo --prune", "del m -f fifo"}) {
    Feed feed("fifo");
    Background mapctl("exec mapctl " + std::string{command});
    feed.write(lines(0, 20000));
    const Outcome outcome = mapctl.interrupt();
    EXPECT_THAT(outcome, Fails(130, "interrupted while fifo was read: nothing was written"))
        << command;
    EXPECT_EQ(entries_of("m"), (Entries{{5, 1}})) << command;
  }
}

TEST_F(Interrupted, SignalsThatWereIgnoredBeforeStayIgnored) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 100000");
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    Feed feed("fifo");
    Background mapctl("trap '' " + std::to_string(signal) + "; exec mapctl load m -f fifo");
    feed.write(lines(0, 20000));
    ::kill(mapctl.pid(), signal);
    feed.close();
    EXPECT_THAT(mapctl.outcome(), Prints("written\t20000\ndeleted\t0\n")) << signal;
    EXPECT_EQ(entries_of("m").size(), 20000U);
  }
}

TEST_F(Interrupted, RestoreWhoseInputDoesNotGoOnMakesNothing) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 100000; mapctl save m -f saved");
  Map map = open_pin("m");
  put_all(map, sequence(0, 10));
  for (const char* command : {"restore -f fifo --replace", "restore new -f fifo"}) {
    Feed feed("fifo");
    Background mapctl("exec mapctl " + std::string{command});
    feed.write(sh("mapctl save m | head -n 1").out);
    std::string entries;
    for (int i = 0; i < 20000; ++i) entries += "{\"key\":" + std::to_string(i) + ",\"value\":1}\n";
    feed.write(entries);
    EXPECT_THAT(mapctl.interrupt(), Fails(130, "interrupted")) << command;
    EXPECT_EQ(entries_of("m"), sequence(0, 10));
    EXPECT_FALSE(std::filesystem::exists(bpffs / "new"));
    EXPECT_THAT(sh("ls /sys/fs/bpf | grep -v debug"), Prints("m\n"));
  }
}

TEST_F(Interrupted, CopyIntoANewMapMakesNone) {
  make_large("m", sequence(0, size));
  Outcome outcome;
  for (int tries = 0; tries < 20 && outcome.err.empty(); ++tries) {
    sh("mapctl unpin new --yes 2>/dev/null");
    Background mapctl("exec mapctl copy m new");
    // By then the command has opened the maps, or ended.
    while (mapctl.is_running() &&
           sh("ls -l /proc/" + std::to_string(mapctl.pid()) + "/fd | grep -c bpf-map").out < "2")
      continue;
    outcome = mapctl.interrupt();
  }
  EXPECT_THAT(outcome, Fails(130, "interrupted: nothing was copied"));
  EXPECT_FALSE(std::filesystem::exists(bpffs / "new"));
}

TEST_F(Interrupted, SaveKeepsTheOldFile) {
  make_large("m", sequence(0, size));
  Outcome outcome;
  for (int tries = 0; tries < 20 && outcome.err.empty(); ++tries) {
    std::ofstream("file") << "old\n";
    Background mapctl("exec mapctl save m -f file --hex");
    while (mapctl.is_running() &&
           sh("ls -l /proc/" + std::to_string(mapctl.pid()) + "/fd | grep deleted | grep -vc memfd")
                   .out == "0\n")
      continue;
    outcome = mapctl.interrupt();
  }
  EXPECT_THAT(outcome, Fails(130, "interrupted after "));
  EXPECT_EQ(contents_of("file"), "old\n");
  EXPECT_THAT(names_in("."), ElementsAre("file"));
}

TEST_F(Interrupted, SaveIntoAPipeThatNobodyReads) {
  make_large("m", sequence(0, size));
  sh("mkfifo fifo");
  for (const char* command : {"save m --hex -f fifo", "save m --hex >fifo", "dump m --hex >fifo"}) {
    Background mapctl("exec mapctl " + std::string{command});
    const Fd reader(::open("fifo", O_RDONLY | O_CLOEXEC));
    char first = 0;
    ASSERT_EQ(::read(reader.get(), &first, 1), 1);
    EXPECT_EQ(mapctl.interrupt().exit, 130) << command;
  }
}

/// The visible text of a line after each carriage return and each "erase to its end".
std::string visible(const std::string& text) {
  std::string screen;
  std::string line;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      screen += line + "\n";
      line.clear();
    } else if (text[i] == '\r') {
      column = 0;
      continue;
    } else if (text.compare(i, 3, "\033[K") == 0) {
      line.resize(std::min(line.size(), column));
      i += 2;
      continue;
    } else {
      line.resize(std::max(line.size(), column + 1), ' ');
      line[column] = text[i];
      ++column;
      continue;
    }
    column = 0;
  }
  return screen + line;
}

/// Feeds the command until a line shows its progress.
std::uint32_t feed_until_progress_shows(OnTerminal& mapctl, Feed& feed) {
  std::uint32_t fed = 0;
  while (mapctl.seen().find("checking: ") == std::string::npos && fed < 1000000)
    feed.write(lines(fed, 1024)), fed += 1024;
  EXPECT_THAT(mapctl.seen(), HasSubstr(" entries, "));
  return fed;
}

TEST_F(Interrupted, ProgressIsOnATerminalAndGoneAtTheEnd) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 1000000 --flags no_prealloc");
  Feed feed("fifo");
  OnTerminal mapctl("exec mapctl load m -f fifo");
  const std::uint32_t fed = feed_until_progress_shows(mapctl, feed);
  feed.close();
  EXPECT_EQ(mapctl.wait(), 0);
  const std::string screen = visible(mapctl.seen());
  EXPECT_EQ(screen.find(" entries, "), std::string::npos) << screen;
  EXPECT_EQ(entries_of("m").size(), fed);
}

TEST_F(Interrupted, ProgressIsGoneAheadOfTheMessage) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 1000000 --flags no_prealloc");
  Feed feed("fifo");
  OnTerminal mapctl("exec mapctl load m -f fifo");
  feed_until_progress_shows(mapctl, feed);
  mapctl.press_ctrl_c();
  EXPECT_EQ(mapctl.wait(), 130);
  const std::string screen = visible(mapctl.seen());
  EXPECT_EQ(screen.find(" entries, "), std::string::npos) << screen;
  EXPECT_THAT(screen, HasSubstr("mapctl: interrupted while fifo was read: nothing was written"));
}

}  // namespace
}  // namespace mapctl::test
