// Names that others chose neither control a terminal nor hide what they are.

#include "support/shell/matchers.hpp"
#include "support/shell/terminal.hpp"

namespace mapctl::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Erases the line, goes on in another direction, and holds what nobody sees.
constexpr const char* hostile = "$(printf 'a\\033[2Kb\\342\\200\\256c\\342\\200\\213')";
constexpr const char* shown = R"(a\u001b[2Kb\u202ec\u200b)";

std::string pin() { return std::string{"\"/sys/fs/bpf/"} + hostile + "\""; }

MATCHER(IsHarmless, "contains nothing that controls a terminal") {
  return arg.find("\033[2K") == std::string::npos && arg.find("\u202e") == std::string::npos &&
         arg.find("\u200b") == std::string::npos;
}

class HostileNames : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("mapctl create m -t hash -k 'char[16]' -v u32 -n 8; mapctl pin m " + pin()),
                IsSilent());
  }

  /// What a command shows on a terminal, and its exit code after the answer.
  static std::string asked(const std::string& call, int exit) {
    OnTerminal mapctl("exec mapctl " + call);
    EXPECT_TRUE(mapctl.shows("? [y/N] ")) << mapctl.seen();
    const std::string question = mapctl.seen();
    mapctl.type("n\n");
    EXPECT_EQ(mapctl.wait(), exit);
    return question;
  }
};

TEST_F(HostileNames, DoNotRewriteAQuestion) {
  sh("mapctl unpin m --yes; mapctl put " + pin() + " k 1");
  EXPECT_THAT(asked("unpin " + pin(), 1), AllOf(IsHarmless(), HasSubstr(shown)));
  EXPECT_THAT(asked("clear " + pin(), 1), IsHarmless());
  EXPECT_THAT(sh("mapctl count " + pin()), Prints("1\n"));
}

TEST_F(HostileNames, AreEscapedInMessagesAlsoInAPipe) {
  const Outcome refused = sh("mapctl put " + pin() + " k x");
  EXPECT_EQ(refused.exit, 2);
  const Outcome absent = sh("mapctl get " + pin() + "x k");
  EXPECT_THAT(absent.err, AllOf(IsHarmless(), HasSubstr(shown)));
}

TEST_F(HostileNames, AreEscapedInResults) {
  for (const char* format : {"table", "plain", "json", "jsonl"})
    EXPECT_THAT(sh(std::string{"mapctl list -o "} + format).out,
                AllOf(IsHarmless(), HasSubstr(R"(\u202e)")));
}

TEST_F(HostileNames, AreReadBackAsTheyWere) {
  sh(std::string{"mapctl put m "} + hostile + " 7");
  const std::string key = sh("mapctl keys m").out;
  EXPECT_EQ(key, std::string{"\""} + shown + "\"\n");
  EXPECT_EQ(sh("x=$(mapctl dump m); mapctl clear m --yes >/dev/null; printf '%s\\n' \"$x\" | "
               "mapctl load m -f - >/dev/null; mapctl get m " +
               std::string{hostile})
                .out,
            "7\n");
}

TEST_F(HostileNames, OfInterfacesDoNotRewriteAQuestion) {
  const std::string veth = "\"$(printf 'v\\033[2K')\"";
  ASSERT_EQ(sh("ip link add v0 type veth peer name v1; ip link set v0 name " + veth +
               "; mapctl filter load " + veth)
                .exit,
            0);
  EXPECT_THAT(asked("filter unload " + veth, 1), AllOf(IsHarmless(), HasSubstr(R"(v\u001b[2K)")));
  OnTerminal confirmed("exec mapctl filter load --confirm 600 " + veth);
  EXPECT_TRUE(confirmed.shows("to keep it: "));
  EXPECT_THAT(confirmed.seen(), AllOf(IsHarmless(), HasSubstr(R"(v\u001b[2K)")));
  confirmed.type("yes\n");
  EXPECT_EQ(confirmed.wait(), 0);
}

/// Two maps with one name in the kernel: the call is about the second.
class SameName : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("cd /sys/fs/bpf; mkdir a b; mapctl create ./a/m -t hash -k u32 -v u32 -n 1; "
                   "mapctl create ./b/m -t hash -k u32 -v u32 -n 1; mapctl put ./b/m 1 1"),
                IsSilent());
  }
};

TEST_F(SameName, IsNotWhatMessagesAndFixesCallAMap) {
  EXPECT_THAT(sh("mapctl put /sys/fs/bpf/b/m 2 2"),
              Fails(5, "cannot put 2 into /sys/fs/bpf/b/m: the map is full"));
  EXPECT_THAT(sh("mapctl put /sys/fs/bpf/b/m 2 2").err,
              HasSubstr("mapctl resize /sys/fs/bpf/b/m "));
  EXPECT_THAT(sh("mapctl put b/m 2 2").err, HasSubstr("mapctl resize b/m "));
  EXPECT_THAT(sh("printf '1 1\\n2 2\\n' | mapctl sync b/m -f -").err,
              HasSubstr("mapctl resize b/m "));
  EXPECT_THAT(sh("mapctl del b/m 7"), Fails(1, "7 is not in b/m"));
  EXPECT_THAT(sh("mapctl clear b/m </dev/null"), Fails(2, "will not clear b/m"));
  EXPECT_THAT(sh("mapctl pop b/m"), Fails(2, "mapctl pop b/m KEY"));
}

TEST_F(SameName, IsNotUsedForAMapThatWasNamedByItsId) {
  const std::string id = sh("mapctl list b/m -o csv | tail -n 1 | cut -d , -f 1 | tr -d '\\n'").out;
  EXPECT_THAT(sh("mapctl put id:" + id + " 2 2").err,
              AllOf(HasSubstr("into id:" + id + ": "), HasSubstr("mapctl resize id:" + id + " ")));
}

TEST_F(SameName, IsNotWhatTheAdviceOfAQueueNames) {
  sh("cd /sys/fs/bpf; mapctl create ./a/q -t queue -v u32 -n 1; "
     "mapctl create ./b/q -t queue -v u32 -n 1");
  EXPECT_THAT(sh("mapctl dump b/q").err, HasSubstr("mapctl peek b/q"));
}

TEST(NameInAFix, IsQuotedForAShell) {
  ASSERT_THAT(sh("mapctl create 'a b$x' -t hash -k u32 -v u32 -n 1; mapctl put 'a b$x' 1 1"),
              IsSilent());
  EXPECT_THAT(sh("mapctl put 'a b$x' 2 2").err, HasSubstr("mapctl resize 'a b$x' "));
  EXPECT_THAT(sh("mapctl pop 'a b$x'"), Fails(2, "mapctl pop 'a b$x' KEY"));
}

TEST(DanglingLink, IsNamedAndRemovedByUnpin) {
  sh("ln -s /sys/fs/bpf/gone /sys/fs/bpf/m");
  for (const char* call : {"dump m", "dump /sys/fs/bpf/m"})
    EXPECT_THAT(sh(std::string{"mapctl "} + call),
                Fails(3,
                      "it is a symbolic link to /sys/fs/bpf/gone, where nothing is\n"
                      "  fix: remove the link: mapctl unpin /sys/fs/bpf/m"));
  EXPECT_THAT(sh("mapctl unpin m"), IsSilent());
  EXPECT_EQ(sh("test -L /sys/fs/bpf/m").exit, 1);
}

TEST(DanglingLink, InPlaceOfTheRulesOfAFilterIsNamed) {
  sh("ln -s gone /sys/fs/bpf/filter_map");
  EXPECT_THAT(sh("mapctl filter unload --purge --yes"),
              Fails(3, "mapctl unpin /sys/fs/bpf/filter_map"));
}

TEST(DanglingLink, StaysOutsideOfABpffs) {
  EXPECT_THAT(sh("cd $(mktemp -d); ln -s gone l; mapctl unpin $PWD/l; s=$?; rm l; rmdir $PWD; "
                 "exit $s"),
              Fails(3, "is not on a BPF filesystem"));
}

/// A byte that begins no character.
constexpr const char* no_utf8 = "\"/sys/fs/bpf/$(printf 'm\\377')\"";

class NameThatIsNotUtf8 : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh(pinned("create", "-t hash -k u32 -v u32 -n 1") + pinned("put", "1 7")),
                IsSilent());
  }

  static std::string pinned(const std::string& command, const std::string& rest) {
    return "mapctl " + command + " " + no_utf8 + " " + rest + "; ";
  }
};

TEST_F(NameThatIsNotUtf8, IsEscapedInResults) {
  EXPECT_THAT(sh("mapctl list -o json").out, HasSubstr(R"("/sys/fs/bpf/m\\xff")"));
  EXPECT_THAT(sh("mapctl list -o table").out, HasSubstr(R"(/sys/fs/bpf/m\\xff)"));
}

TEST_F(NameThatIsNotUtf8, IsFoundAgainByRestore) {
  const Outcome outcome =
      sh("d=$(mktemp -d); mapctl save --all $d; cd $d; ls; " + pinned("unpin", "--yes") +
         "cat *.jsonl | mapctl restore -f - >/dev/null; cd /; rm -r $d; " + pinned("get", "1"));
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, testing::MatchesRegex(R"(m.xff\.[0-9a-f]{8}\.jsonl
7
)"));
}

TEST_F(NameThatIsNotUtf8, IsFoundAgainInAMapOfMaps) {
  sh("mapctl create outer -t hash_of_maps -k u32 -n 4 --inner " + std::string{no_utf8} +
     "; mapctl put outer 1 " + no_utf8);
  EXPECT_THAT(
      sh("f=$(mktemp); mapctl save outer -f $f; mapctl unpin outer --yes; mapctl restore -f "
         "$f >/dev/null; rm $f; mapctl keys outer"),
      Prints("1\n"));
}

TEST(OptionValue, IsEscapedInErrors) {
  sh("mapctl create m -t ringbuf -n 4096");
  for (const char* call : {"events m --timeout", "dump m -o", "create x -t", "events m --count"})
    EXPECT_THAT(sh(std::string{"mapctl "} + call + " \"$(printf '\\001')\""), Fails(2, R"(\u0001)"))
        << call;
}

}  // namespace
}  // namespace mapctl::test
