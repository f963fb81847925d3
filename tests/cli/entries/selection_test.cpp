// dump --where, --sort and --limit, and the report of --stats.

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

void make_flows() {
  sh("mapctl create m -t hash -k '{saddr:ipv4,port:be16,pad:u16}' "
     "-v '{action:enum{X_DROP=1,X_PASS=2},packets:u64,comm:char[16],on:bool}' -n 16");
  sh("mapctl put m saddr=10.0.0.1,port=443 drop,packets=300,comm=bash; "
     "mapctl put m saddr=10.0.0.2,port=80 pass,packets=20,comm=zsh,on=true; "
     "mapctl put m saddr=192.0.2.7,port=8080 'drop,packets=5,comm=\"a b\"'");
}

/// The ports of the printed entries, in order.
std::string ports(const std::string& options) {
  return sh("mapctl dump m " + options + " -o jsonl | jq -r .key.port | tr '\\n' ' '").out;
}

TEST(Where, PrintsTheEntriesForWhichItHolds) {
  make_flows();
  EXPECT_EQ(ports("--where 'saddr in 10.0.0.0/8 and action = drop'"), "443 ");
  EXPECT_EQ(ports("--where 'port >= 443' --where 'packets < 100'"), "8080 ");
  EXPECT_EQ(ports("--where on"), "80 ");
  EXPECT_EQ(ports("--where 'comm ~ *sh' --sort port"), "80 443 ");
  EXPECT_EQ(ports("--where 'comm = \"a b\"'"), "8080 ");
  EXPECT_THAT(sh("mapctl dump m --where 'packets > 1000'"), IsSilent());
  EXPECT_THAT(sh("mapctl dump m --where 'packets > 1000' -o json"), Prints("[]\n"));
}

TEST(Where, TakesListsAndNegativeNumbersAsTheyStand) {
  sh("mapctl create m -t hash -k s32 -v 'u16[2]' -n 8; mapctl put m -1 [1,2]; mapctl put m 5 "
     "[3,4]");
  EXPECT_THAT(sh("mapctl dump m --where 'key in [-1,-2]'"), Prints("-1\t[1,2]\n"));
  EXPECT_THAT(sh("mapctl dump m --where 'value = [3,4]'"), Prints("5\t[3,4]\n"));
  EXPECT_THAT(sh("mapctl dump m --where 'value[1] = 2'"), Prints("-1\t[1,2]\n"));
}

TEST(Where, FindsWhatLiesInAPrefix) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v u32 -n 8; mapctl put m 10.0.0.0/8 1; mapctl put m "
     "10.1.0.0/16 2; mapctl put m 192.0.2.0/24 3");
  EXPECT_THAT(sh("mapctl dump m --where 'key in 10.0.0.0/8' --sort value"),
              Prints("10.0.0.0/8\t1\n10.1.0.0/16\t2\n"));
  EXPECT_THAT(sh("mapctl dump m --sort -key"),
              Prints("192.0.2.0/24\t3\n10.1.0.0/16\t2\n10.0.0.0/8\t1\n"));
}

TEST(Where, TellsKeysApartByAllTheirBytes) {
  sh("mapctl create t -t hash -k 'char[4]' -v u32 -m 8; mapctl put t a 1; mapctl put t "
     "'\"a\\u0000b\"' "
     "2");
  EXPECT_THAT(sh("mapctl dump t --where 'key = a'"), Prints("a\t1\n"));
  EXPECT_THAT(sh("mapctl dump t --where 'key = hex:61006200'"), Prints("hex:61006200\t2\n"));
  EXPECT_THAT(sh("mapctl dump t --where 'key in [a,b]'"), Prints("a\t1\n"));
  EXPECT_THAT(sh("mapctl dump t --where 'key != a'"), Prints("hex:61006200\t2\n"));
  EXPECT_THAT(sh("mapctl dump t --where 'key ~ hex*'"), Prints("hex:61006200\t2\n"));
  EXPECT_THAT(sh("mapctl dump t --where 'key ~ a'"), Prints("a\t1\n"));
}

TEST(Where, IsRefusedBeforeAnythingIsPrinted) {
  make_flows();
  EXPECT_THAT(sh("mapctl dump m --where 'prt = 1'"), Fails(2, "did you mean 'port'?"));
  EXPECT_THAT(sh("mapctl dump m --where 'port = 70000' -o json"), Fails(2, "port: 70000"));
  EXPECT_THAT(sh("mapctl dump m --where '(on'"), Fails(2, "a ')' is missing at the end"));
  EXPECT_THAT(sh("mapctl dump m --where ''"), Fails(2, "--where is an empty text"));
  EXPECT_THAT(sh("mapctl dump m --where '[1]'"), Fails(2, "cannot read the expression '[1]'"));
  EXPECT_THAT(sh("mapctl dump m --sort value"), Fails(2, "structs have no order"));
}

TEST(Where, OfPerCpuValuesHoldsWhereItHoldsForOneCpu) {
  sh("mapctl create m -t percpu_array -k u32 -v u64 -n 2; mapctl put m 1 5 --cpu 0; mapctl put m 1 "
     "7 --cpu 1");
  EXPECT_THAT(sh("mapctl dump m --where 'value = 7' -o jsonl | jq .key"), Prints("1\n"));
  EXPECT_THAT(sh("mapctl dump m --where 'value = 12'"), IsSilent());
  EXPECT_THAT(sh("mapctl dump m --where 'value = 12' --sum"), Prints("1\t12\n"));
  EXPECT_THAT(sh("mapctl dump m --sort -value --sum"), Prints("1\t12\n0\t0\n"));
  EXPECT_THAT(sh("mapctl dump m --sort value"), Fails(2, "--sum"));
}

TEST(Where, ReadsConstantsAsTheTypesThatTheUserNames) {
  sh("mapctl create m -t hash -k 4 -v 4 -n 8; mapctl put m 10.0.0.1 1; mapctl put m 10.0.0.2 2");
  EXPECT_THAT(sh("mapctl dump m --key-as ipv4 --where 'key > 10.0.0.1'"), Prints("10.0.0.2\t2\n"));
  EXPECT_THAT(sh("mapctl dump m --key-as ipv4 --where 'value = 1' --hex"),
              Prints("hex:0a000001\thex:01000000\n"));
}

TEST(Where, GuessesNoTypesThatMayNotBeRead) {
  sh("mapctl create m -t hash -k u32 -v be32 -n 8 --mode 0444; mapctl put m 1 2");
  const std::string nobody = "setpriv --reuid 65534 --clear-groups mapctl dump m ";
  EXPECT_THAT(sh(nobody + "--where 'value > 1'"), Fails(2, "hex:"));
  EXPECT_EQ(sh(nobody + "--where 'value = hex:00000002'").out, "hex:01000000\thex:00000002\n");
  EXPECT_EQ(sh(nobody + "--value-as be32 --where 'value > 1'").out, "hex:01000000\t2\n");
}

TEST(Sort, PutsEntriesInOrderAndTheLargestFirstAfterADash) {
  make_flows();
  EXPECT_EQ(ports("--sort packets"), "8080 80 443 ");
  EXPECT_EQ(ports("--sort -packets"), "443 80 8080 ");
  EXPECT_EQ(ports("--sort=-key.port"), "8080 443 80 ");
  EXPECT_EQ(ports("--sort comm --where 'action = drop'"), "8080 443 ");
}

TEST(Sort, LeavesEqualsInTheOrderOfTheMap) {
  sh("mapctl create m -t array -k u32 -v '{group:u32,n:u32}' -n 6; for i in 0 1 2 3 4 5; do echo "
     "put m $i group=$((i % 2)),n=$i; done | mapctl batch -");
  EXPECT_THAT(sh("mapctl dump m --sort group -o jsonl | jq .key | tr '\\n' ' '"),
              Prints("0 2 4 1 3 5 "));
  EXPECT_THAT(sh("mapctl dump m --sort -group -o jsonl | jq .key | tr '\\n' ' '"),
              Prints("1 3 5 0 2 4 "));
  EXPECT_THAT(sh("mapctl dump m --sort group --limit 4 -o jsonl | jq .key | tr '\\n' ' '"),
              Prints("0 2 4 1 "));
}

TEST(Limit, OfASortedDumpKeepsTheFirstOfAll) {
  sh("mapctl create m -t array -k u32 -v u32 -n 1000; seq 0 999 | sed 's/.*/echo put m & $((& * "
     "7919 % 1000))/' | sh | mapctl batch -");
  EXPECT_THAT(sh("mapctl dump m --sort -value --limit 3 -o jsonl | jq .value | tr '\\n' ' '"),
              Prints("999 998 997 "));
  EXPECT_EQ(sh("mapctl dump m --sort value --limit 100").out,
            sh("mapctl dump m --sort value | head -n 100").out);
}

TEST(Limit, EndsTheReading) {
  sh("mapctl create m -t array -k u32 -v u32 -n 200000");
  const Outcome outcome = sh("mapctl dump m --limit 2 --stats");
  EXPECT_EQ(outcome.out, "0\t0\n1\t0\n");
  EXPECT_THAT(outcome.err, HasSubstr("no more were asked for"));
  EXPECT_THAT(outcome.err, testing::Not(HasSubstr("200000")));
  EXPECT_THAT(sh("mapctl dump m --limit 0"), Fails(2, "'0' is not a number from 1"));
}

TEST(Limit, CountsWhatIsSelected) {
  make_flows();
  EXPECT_EQ(ports("--where 'action = drop' --sort port --limit 5"), "443 8080 ");
  EXPECT_EQ(ports("--where 'packets = 5' --limit 1"), "8080 ");
}

TEST(Stats, TellHowConsistentTheEntriesAre) {
  sh(R"(
    mapctl create h -t hash -k u32 -v u32 -n 8
    mapctl put h 1 1
    mapctl create a -t array -k u32 -v u32 -n 3
    mapctl create t -t lpm_trie -k cidr4 -v u32 -n 8)");
  EXPECT_EQ(sh("mapctl dump h --stats").err,
            "mapctl: note: 1 entry of h was read: every key that stayed is there exactly once\n");
  EXPECT_EQ(sh("mapctl keys a --stats").err,
            "mapctl: note: 3 entries of a were read: every index that is in use is there once, its "
            "value as it was when it was read\n");
  EXPECT_EQ(sh("mapctl dump t --stats -o json").err,
            "{\"note\":\"0 entries of t were read: no key is there twice, but one that stayed may "
            "be missing if others wrote meanwhile\"}\n");
  EXPECT_EQ(sh("mapctl dump h").err, "");
}

TEST(Recursive, SelectsNothing) {
  sh("mapctl create in -t hash -k u32 -v u32 -n 8; mapctl create out -t array_of_maps -k u32 -v 4 "
     "-n "
     "1 --inner in");
  for (const char* option : {"--where 'key = 1'", "--sort key", "--limit 1"})
    EXPECT_THAT(sh("mapctl dump out -r " + std::string{option}), Fails(2, "leave it out"))
        << option;
}

}  // namespace
}  // namespace mapctl::test
