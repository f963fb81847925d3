// dump --sum and --recursive: more than one value at each key.

#include <nlohmann/json.hpp>

#include "matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;

void make_counters() {
  sh("mapctl create m -t percpu_hash -k u32 -v '{action:enum{DROP=1,PASS=2},n:u64,small:u8}' -n 8");
  sh("mapctl put m 1 action=drop,n=5,small=200 --cpu 0; mapctl put m 1 action=drop,n=7,small=100 "
     "--cpu 1; mapctl put m 2 action=pass,n=1 --cpu 1");
}

TEST(Sum, IsOneValueForAllCpus) {
  make_counters();
  EXPECT_THAT(sh("mapctl get m 1 --sum"), Prints("action=drop,n=12,small=44\n"));
  EXPECT_THAT(sh("mapctl get m 1 --sum -o json"),
              Prints("{\"key\":1,\"value\":{\"action\":\"drop\",\"n\":12,\"small\":44}}\n"));
  EXPECT_THAT(sh("mapctl dump m --sum | sort"),
              Prints("1\taction=drop,n=12,small=44\n2\taction=pass,n=1,small=0\n"));
  EXPECT_THAT(sh("mapctl dump m --sum -o csv | sort"),
              Prints("1,drop,12,44\n2,pass,1,0\nkey,action,n,small\n"));
}

TEST(Sum, OfWhatDiffersNamesKeyAndField) {
  make_counters();
  sh("mapctl put m 2 action=drop --cpu 0");
  EXPECT_THAT(sh("mapctl get m 2 --sum"),
              Fails(6,
                    "cannot add up the values of 2 in m: 'action' is drop on one CPU and pass on "
                    "another"));
  EXPECT_EQ(sh("mapctl dump m --sum").exit, 6);
  EXPECT_EQ(sh("mapctl get m 1 --sum").exit, 0);
}

TEST(Sum, IsRefusedWhereValuesAreNotPerCpu) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 1");
  EXPECT_THAT(sh("mapctl get m 1 --sum"), Fails(2, "m is of type hash"));
  EXPECT_THAT(sh("mapctl dump m --sum"), Fails(2, "m is of type hash"));
}

TEST(Sum, IsOfTheTypeThatTheUserNames) {
  sh("mapctl create m -t percpu_array -k u32 -v 8 -n 1; mapctl put m 0 hex:fffffffff0ffffff --cpu "
     "0; mapctl put m 0 hex:ffffffff10000000 --cpu 1");
  EXPECT_THAT(sh("mapctl get m 0 --sum --value-as '{a:s32,b:u32}'"), Prints("a=-2,b=0\n"));
}

TEST(Sum, WithHexIsTheBytesOfTheSum) {
  sh("mapctl create m -t percpu_array -k u32 -v u32 -n 1; mapctl put m 0 255 --cpu 0; mapctl put m "
     "0 1 --cpu 1");
  EXPECT_THAT(sh("mapctl get m 0 --sum --hex"), Prints("hex:00010000\n"));
}

TEST(Sum, GuessesNoTypesThatMayNotBeRead) {
  sh("mapctl create m -t percpu_array -k u32 -v '{a:u32,b:u32}' -n 1 --mode 0444");
  const std::string nobody = "setpriv --reuid 65534 --clear-groups mapctl get m 0 --sum";
  EXPECT_THAT(sh(nobody), Fails(4, "they have types, but you may not read them"));
  EXPECT_EQ(sh(nobody + " --value-as '{a:u32,b:u32}'").out, "a=0,b=0\n");
}

}  // namespace
}  // namespace mapctl::test
