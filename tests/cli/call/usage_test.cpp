// Wrong calls, help, and the names of maps.

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

TEST(Usage, WithoutACommandTheHelpGoesToStderr) {
  EXPECT_THAT(sh("mapctl"), Fails(2, "Usage: mapctl COMMAND"));
  EXPECT_EQ(sh("mapctl help").out, sh("mapctl 2>&1").out);
  EXPECT_EQ(sh("mapctl --help").out, sh("mapctl help").out);
}

TEST(Usage, AnUnknownCommandIsReportedWithTheNearestOne) {
  EXPECT_EQ(sh("mapctl lsit").err,
            "mapctl: there is no command 'lsit'\n  fix: did you mean 'list'?\n");
  EXPECT_EQ(sh("mapctl lsit").exit, 2);
}

TEST(Usage, EveryCommandHasItsOwnHelp) {
  EXPECT_THAT(sh("mapctl put --help").out, testing::HasSubstr("--update"));
  EXPECT_EQ(sh("mapctl help put").out, sh("mapctl put --help").out);
  EXPECT_THAT(sh("mapctl help filter load").out, testing::HasSubstr("--mode"));
  EXPECT_EQ(sh("mapctl help put -o json").out, sh("mapctl help put").out);
}

TEST(Usage, AGroupOfCommandsHasItsHelp) {
  const Outcome help = sh("mapctl help filter");
  EXPECT_EQ(help.exit, 0);
  EXPECT_THAT(help.out, testing::AllOf(testing::HasSubstr("filter load"),
                                       testing::HasSubstr("filter status")));
  EXPECT_EQ(sh("mapctl filter --help").out, help.out);
  EXPECT_THAT(sh("mapctl filter"), Fails(2, "followed by load, unload, status"));
  EXPECT_THAT(sh("mapctl filter bogus"), Fails(2, "followed by load, unload, status"));
  EXPECT_THAT(sh("mapctl filter laod v0"), Fails(2, "did you mean 'filter load'?"));
}

TEST(Usage, AMissingArgumentOrAnUnknownOptionIsAWrongCall) {
  EXPECT_THAT(sh("mapctl put m 1"), Fails(2, "usage: mapctl put MAP KEY VALUE"));
  EXPECT_THAT(sh("mapctl dump m one two"), Fails(2, "dump: 'one' is one word too many"));
  EXPECT_THAT(sh("mapctl dump m one --nonsense"), Fails(2, "has no option '--nonsense'"));
  EXPECT_THAT(sh("mapctl dump m --nonsense"), Fails(2, "'dump' has no option '--nonsense'"));
  EXPECT_THAT(sh("mapctl put m 1 --5"), Fails(2, "'put' has no option '--5'"));
  EXPECT_THAT(sh("mapctl dump m --outptu json"), Fails(2, "did you mean --output?"));
  EXPECT_THAT(sh("mapctl --bogus"), Fails(2, "--bogus"));
  EXPECT_THAT(sh("mapctl dump m -o ''"), Fails(2, "--output is an empty text"));
  EXPECT_THAT(sh("mapctl show ''"), Fails(2, "an empty text"));
  EXPECT_THAT(sh("mapctl dump m -o xml"), Fails(2, "formats are table, plain, json, jsonl, csv"));
}

TEST(Usage, ANumberThatDoesNotFitIsRefusedWithItsRange) {
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v u32 -n 1k"),
              Fails(2, "--max-entries: '1k' is not a number from 0 to 4294967295"));
  EXPECT_THAT(sh("mapctl pop m -c 0"), Fails(2, "'0' is not a number from 1"));
  EXPECT_THAT(sh("mapctl get m 1 --cpu -1"), Fails(2, "'-1' is not a number from 0"));
}

TEST(Usage, NegativeNumbersAreTakenAsTheyStand) {
  sh("mapctl create m -t hash -k s32 -v u32 -n 8");
  EXPECT_THAT(sh("mapctl put m -1 7 && mapctl get m -1"), Prints("7\n"));
  EXPECT_THAT(sh("mapctl get m -inf"), Fails(2, "'-inf'"));
}

TEST(Usage, TwoDashesEndTheOptions) {
  sh("mapctl create m -t hash -k 'char[4]' -v u8 -n 8");
  EXPECT_THAT(sh("mapctl put m -- --x 1 && mapctl count m"), Prints("1\n"));
}

TEST(Usage, HelpShowsExamplesAndEveryExitCode) {
  EXPECT_THAT(sh("mapctl help put").out,
              testing::HasSubstr("Examples:\n  mapctl put visits 192.0.2.7 port=443,hits=12\n"));
  EXPECT_THAT(sh("mapctl help").out,
              testing::AllOf(testing::HasSubstr("    7  bad input data"),
                             testing::HasSubstr("  130  interrupted"),
                             testing::HasSubstr("  141  nobody reads the results")));
}

TEST(Usage, TheNumberOfEntriesHasOneLetterAndInCreateAnOldOne) {
  sh("mapctl create a -t hash -k u32 -v u32 -m 8; mapctl create b -t hash -k u32 -v u32 -n 8");
  EXPECT_EQ(sh("mapctl show a -o json | jq .max_entries").out,
            sh("mapctl show b -o json | jq .max_entries").out);
  EXPECT_THAT(sh("mapctl help create").out,
              testing::AllOf(testing::HasSubstr("-m, --max-entries N"),
                             testing::Not(testing::ContainsRegex("(^|[ ,])-n[ ,]"))));
}

TEST(Usage, VersionIsOneLine) {
  EXPECT_THAT(sh("mapctl version; mapctl --version"), Prints("mapctl 0.1.0\nmapctl 0.1.0\n"));
}

TEST(Naming, AMapIsFoundByPathNameKernelNameAndId) {
  sh("mapctl create pinned -t hash -k u32 -v u32 -n 8 --name kernelname; mapctl put pinned 1 2");
  const std::string id = sh("mapctl show pinned -o json | jq -j .id").out;
  for (const std::string& reference :
       {std::string{"/sys/fs/bpf/pinned"}, std::string{"pinned"}, std::string{"name:kernelname"},
        std::string{"kernelname"}, "id:" + id})
    EXPECT_THAT(sh("mapctl get " + reference + " 1"), Prints("2\n")) << reference;
}

TEST(Naming, AMapOfGlobalVariablesIsFoundByItsSection) {
  sh("mapctl create m -t array -k u32 -v u32 -n 1 --name obj.data.mine");
  EXPECT_THAT(sh("mapctl get .data.mine 0"), Prints("0\n"));
}

TEST(Naming, ASharedKernelNameIsAmbiguousAndTheIdsAreListed) {
  sh("mapctl create a -t hash -k u32 -v u32 -n 8 --name twin; mapctl create b -t hash -k u32 -v "
     "u32 -n 8 --name twin");
  const Outcome outcome = sh("mapctl dump name:twin");
  EXPECT_THAT(outcome, Fails(3, "is the name of 2 maps: id:"));
}

TEST(Naming, TheDirectoryOfNamesCanBeChosen) {
  sh("mkdir /sys/fs/bpf/sub; mapctl create /sys/fs/bpf/sub/m -t hash -k u32 -v u32 -n 8");
  EXPECT_THAT(sh("MAPCTL_BPFFS=/sys/fs/bpf/sub mapctl count m"), Prints("0\n"));
}

TEST(Naming, WithoutABpffsTheLineToMountItIsPrinted) {
  EXPECT_THAT(sh("umount /sys/fs/bpf; mapctl dump m"), Fails(3, "mount -t bpf bpf /sys/fs/bpf"));
}

TEST(Naming, ABareNumberIsNotTakenForTheNameOfANewPin) {
  sh("mapctl create m -t hash -k u32 -v u32 -m 8; mapctl save m -f m.jsonl");
  EXPECT_THAT(sh("mapctl restore -f m.jsonl -n 1000000"),
              Fails(2,
                    "'1000000' is a number, not the path of a new pin\n  fix: to say how many "
                    "entries the map can hold: -m 1000000"));
  EXPECT_THAT(sh("mapctl create 16 -t hash -k u32 -v u32 -m 8"), Fails(2, "/sys/fs/bpf/16"));
  EXPECT_THAT(sh("mapctl copy m 16"), Fails(2, "-m 16"));
  EXPECT_THAT(sh("mapctl pin m 16"), Fails(2, "'16' is a number"));
  EXPECT_THAT(sh("mapctl pin m /sys/fs/bpf/16 && mapctl count 16"), Prints("0\n"));
}

TEST(Naming, APathThatLeadsNowhereSuggestsItsNeighbour) {
  sh("mapctl create counters -t hash -k u32 -v u32 -n 8");
  EXPECT_THAT(sh("mapctl dump /sys/fs/bpf/counter"),
              Fails(3, "did you mean '/sys/fs/bpf/counters'?"));
}

TEST(Usage, AnEmptyOptionSwitchesNoGuardOff) {
  sh("mapctl create m -t hash -k 'char[8]' -v u32 -n 8; mapctl put m a 1");
  EXPECT_THAT(sh("mapctl sync m -f /dev/null --yes --max-delete ''"),
              Fails(2, "--max-delete is an empty text"));
  EXPECT_THAT(sh("mapctl save m -f ''"), Fails(2, "--file is an empty text"));
  EXPECT_THAT(sh("mapctl filter load v0 --rules="), Fails(2, "--rules is an empty text"));
  EXPECT_THAT(sh("mapctl count m"), Prints("1\n"));
}

TEST(Usage, AnEmptyTextCanBeAKeyAndAValue) {
  sh("mapctl create m -t hash -k 'char[8]' -v 'char[8]' -n 8");
  EXPECT_THAT(sh("mapctl put m a '' && mapctl put m '' b && mapctl dump m | sort"),
              Prints("\"\"\tb\na\t\"\"\n"));
  EXPECT_THAT(sh("echo k | mapctl load m -f - --value '' && mapctl get m k"),
              Prints("written\t1\ndeleted\t0\n\"\"\n"));
}

}  // namespace
}  // namespace mapctl::test
