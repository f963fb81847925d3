// watch on a terminal: tmux types the keys and says what the screen shows.

#include "support/shell/matchers.hpp"
#include "support/shell/terminal.hpp"

namespace mapctl::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class WatchScreen : public testing::Test {
 protected:
  void SetUp() override {
    sh("mapctl create m -t hash -k u32 -v '{packets:u64,state:u32}' -m 64;"
       "for i in 1 2 3 4 5; do mapctl put m $i packets=${i}00,state=7; done");
    tmux("new-session -d -x 80 -y 12 'exec bash --norc' \\; set -g status off");
    type("PS1='$ '", "Enter");
  }
  void TearDown() override { tmux("kill-server"); }

  /// A hangup while the sanitizer looks for leaks would make it wait for ever.
  static std::string tmux(const std::string& command) {
    return sh("ASAN_OPTIONS=detect_leaks=0 tmux -u -S screen -f /dev/null " + command).out;
  }
  static void type(const std::string& text, const std::string& keys = "") {
    if (!text.empty()) tmux("send-keys -l -- " + quoted(text));
    if (!keys.empty()) tmux("send-keys " + keys);
  }
  static std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return out + "'";
  }
  static std::string screen() { return tmux("capture-pane -p"); }
  static bool shows(const std::string& text) {
    return comes_true([&] { return screen().find(text) != std::string::npos; });
  }
  static bool shows_no(const std::string& text) {
    return comes_true([&] { return screen().find(text) == std::string::npos; });
  }
  /// Shows the map, after a line that tells how the terminal was.
  static void watch(const std::string& options = "--interval 50ms") {
    type("stty -g >before; mapctl watch m " + options + "; e=$?; stty -g >after; echo exit=$e",
         "Enter");
    ASSERT_TRUE(shows("5 entries of 64 (7%)")) << screen();
  }
  static void expect_usual_terminal(const std::string& exit) {
    EXPECT_TRUE(shows("exit=" + exit)) << screen();
    EXPECT_EQ(sh("cat before").out, sh("cat after").out);
    EXPECT_EQ(tmux("display-message -p '#{alternate_on} #{cursor_flag} #{wrap_flag}'"), "0 1 1\n");
  }
  static void send(const std::string& signal) {
    sh("pkill -" + signal + " -P " + tmux("display-message -p '#{pane_pid}'"));
  }
};

TEST_F(WatchScreen, ShowsEntriesAndGivesTheTerminalBack) {
  watch();
  EXPECT_THAT(screen(), AllOf(HasSubstr("key  packets  state"), HasSubstr("  5      500      7")));
  type("q");
  expect_usual_terminal("0");
  EXPECT_THAT(screen(), Not(HasSubstr("entries")));
}

TEST_F(WatchScreen, MarksWhatChanged) {
  watch("--interval 2s");
  type(" ");
  ASSERT_TRUE(shows("paused")) << screen();
  sh("mapctl put m 3 packets=999; mapctl put m 9 packets=1; mapctl del m 1");
  type(" ");
  ASSERT_TRUE(shows("+1 -1 ~1")) << screen();
  EXPECT_THAT(screen(), AllOf(HasSubstr("~ "), HasSubstr("/s"), HasSubstr("+ "), HasSubstr("- ")));
  EXPECT_TRUE(shows("+0 -0 ~0")) << screen();
}

TEST_F(WatchScreen, SortsAndFilters) {
  watch();
  type("ss");
  ASSERT_TRUE(shows("sorted by -packets")) << screen();
  EXPECT_THAT(screen(), testing::ContainsRegex("500[^\n]*\n[^\n]*400[^\n]*\n[^\n]*300"));
  type("r");
  ASSERT_TRUE(shows("sorted by packets")) << screen();
  EXPECT_THAT(screen(), testing::ContainsRegex("100[^\n]*\n[^\n]*200[^\n]*\n[^\n]*300"));
  type("/packets > 250");
  EXPECT_TRUE(shows("filter: packets > 250")) << screen();
  type("", "Enter");
  EXPECT_TRUE(shows_no(" 200 ")) << screen();
  EXPECT_THAT(screen(), HasSubstr(" 300 "));
  type("/color = 1", "Enter");
  EXPECT_TRUE(shows("no field 'color'")) << screen();
}

TEST_F(WatchScreen, SaysHowFullTheMapIsOnlyOfTheWholeMap) {
  type("mapctl watch m 1 2 --interval 50ms", "Enter");
  EXPECT_TRUE(shows("hash  2 entries  +0")) << screen();
}

TEST_F(WatchScreen, PausesAndHelps) {
  watch();
  type(" ");
  ASSERT_TRUE(shows("paused")) << screen();
  sh("mapctl put m 6 packets=600");
  type("?");
  ASSERT_TRUE(shows("PgUp and PgDn")) << screen();
  type("x");
  ASSERT_TRUE(shows("5 entries of 64")) << screen();
  type(" ");
  EXPECT_TRUE(shows("6 entries of 64")) << screen();
}

TEST_F(WatchScreen, ScrollsOnASmallTerminal) {
  watch("--interval 50ms --sort key");
  tmux("resize-window -x 30 -y 5");
  ASSERT_TRUE(shows_no(" 300 ")) << screen();
  type("", "Down");
  EXPECT_TRUE(shows(" 300 ")) << screen();
  type("", "End");
  EXPECT_TRUE(shows(" 500 ")) << screen();
  EXPECT_THAT(screen(), Not(HasSubstr(" 300 ")));
  type("", "Home");
  EXPECT_TRUE(shows(" 100 ")) << screen();
  tmux("resize-window -x 1 -y 1");
  tmux("resize-window -x 80 -y 12");
  EXPECT_TRUE(shows(" 500 ")) << screen();
}

TEST_F(WatchScreen, CanBeStoppedAndContinued) {
  watch();
  type("", "C-z");
  ASSERT_TRUE(shows("Stopped")) << screen();
  type("clear; stty -g >stopped; fg", "Enter");
  ASSERT_TRUE(shows("5 entries of 64")) << screen();
  EXPECT_EQ(sh("cat before").out, sh("cat stopped").out);
  type("q");
  EXPECT_TRUE(shows_no("entries")) << screen();
}

TEST_F(WatchScreen, EndsWellAtEverySignal) {
  for (const auto& [signal, exit] :
       {std::pair{"INT", "0"}, {"TERM", "0"}, {"QUIT", "0"}, {"SEGV", "139"}, {"USR1", "138"}}) {
    type("clear", "Enter");
    watch("--interval 50ms 2>/dev/null");
    send(signal);
    expect_usual_terminal(exit);
  }
}

TEST_F(WatchScreen, EndsWhenAnEntryIsWaitedFor) {
  watch("--interval 50ms --until 'packets = 77'");
  sh("mapctl put m 7 packets=77");
  expect_usual_terminal("0");
  sh("mapctl del m 7");
  type("clear", "Enter");
  watch("--interval 50ms --until 'packets = 78'");
  type("q");
  expect_usual_terminal("130");
}

TEST_F(WatchScreen, ShowsAllMaps) {
  type("mapctl watch --interval 100ms --where 'name = m'", "Enter");
  ASSERT_TRUE(shows("1 map ")) << screen();
  EXPECT_THAT(screen(), testing::ContainsRegex("m +hash +5 +64 +7%"));
  sh("mapctl put m 8 packets=1");
  EXPECT_TRUE(shows("9%")) << screen();
}

TEST_F(WatchScreen, ShowsAFilter) {
  sh("ip link add v0 type veth peer name v1; mapctl filter load v0;"
     "mapctl put filter_map 10.0.0.8 drop,packets=7; mapctl put filter_map 10.0.0.9 drop,packets=0;"
     "ip link set v0 up; ip link set v1 up");  // IPv6 looks for neighbours by itself
  type("mapctl filter status --watch --interval 50ms", "Enter");
  EXPECT_TRUE(shows("10.0.0.8/32  drop")) << screen();
  EXPECT_TRUE(shows("packets  +")) << screen();  // a verdict and its rate
  EXPECT_THAT(screen(), AllOf(HasSubstr("pass  "), Not(HasSubstr("10.0.0.9"))));
  sh("mapctl filter unload v0 --purge --yes; mapctl filter load v0; mapctl put filter_map 10.0.0.7 "
     "drop,packets=9");
  EXPECT_TRUE(shows("10.0.0.7/32  drop") || shows("not loaded")) << screen();
  sh("mapctl filter unload v0 --purge --yes");
  EXPECT_TRUE(shows("the filter 'filter' is not loaded")) << screen();
  EXPECT_THAT(sh("mapctl filter status --watch"), Fails(2, "--watch draws on a terminal"));
  sh("ip link delete v0");
}

TEST_F(WatchScreen, KeepsWideCharactersInTheirColumns) {
  sh("mapctl create w -t hash -k 'char[16]' -v u32 -m 4; mapctl put w 日本 1; mapctl put w abcd 2");
  type("mapctl watch w", "Enter");
  ASSERT_TRUE(shows("2 entries of 4")) << screen();
  EXPECT_THAT(screen(), AllOf(HasSubstr("  日本      1\n"), HasSubstr("  abcd      2\n")));
}

TEST_F(WatchScreen, ControlsNoTerminalByTheNamesOfOthers) {
  sh("mapctl create w -t hash -k 'char[8]' -v u32 -m 4; mapctl put w '\"\\u001b[2J\"' 1");
  type("mapctl watch w", "Enter");
  EXPECT_TRUE(shows("\\u001b[2J")) << screen();
}

TEST_F(WatchScreen, HasNoColorsWhereNobodyWantsThem) {
  type("export NO_COLOR=1", "Enter");
  watch("--interval 1s");
  sh("mapctl put m 9 packets=1");
  ASSERT_TRUE(shows("+1 -0 ~0")) << screen();
  EXPECT_THAT(tmux("capture-pane -p -e"), Not(testing::ContainsRegex("\x1b\\[[0-9;]*3[0-8]m")));
}

TEST_F(WatchScreen, IsRefusedOnADumbTerminal) {
  OnTerminal terminal("TERM=dumb mapctl watch m");
  EXPECT_TRUE(terminal.shows("this terminal is no screen: TERM is 'dumb'"));
  EXPECT_TRUE(terminal.shows("mapctl watch m -o jsonl"));
  EXPECT_EQ(terminal.wait(), 2);
}

}  // namespace
}  // namespace mapctl::test
