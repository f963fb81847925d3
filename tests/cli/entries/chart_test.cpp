// Numbers as bars and histograms: dump --chart.

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Charts : public testing::Test {
 protected:
  void SetUp() override {
    sh("mapctl create talkers -t hash -k ipv4 -v '{packets:u64@counter,name:char[8]}' -m 8; "
       "mapctl put talkers 192.0.2.1 packets=100,name=a; mapctl put talkers 192.0.2.2 packets=50; "
       "mapctl put talkers 192.0.2.3 name=c; mapctl put talkers 192.0.2.40 packets=1");
  }
};

TEST_F(Charts, HaveABarForEachNumber) {
  EXPECT_THAT(
      sh("LC_ALL=C mapctl dump talkers -o table --chart packets --sort -packets"),
      Prints("key         packets\n"
             "192.0.2.1       100  ###########################################################\n"
             "192.0.2.2        50  #############################\n"
             "192.0.2.40        1  #\n"
             "192.0.2.3         0\n"));
  EXPECT_THAT(
      sh("LC_ALL=C.UTF-8 mapctl dump talkers -o table --chart packets --where 'packets = 1'").out,
      HasSubstr("192.0.2.40        1  ████"));
}

TEST_F(Charts, AreNotInOtherFormats) {
  EXPECT_THAT(sh("mapctl dump talkers --chart packets --where 'packets = 1'"),
              Prints("192.0.2.40\tpackets=1,name=\"\"\n"));
}

TEST_F(Charts, AreOfNumbers) {
  EXPECT_THAT(sh("mapctl dump talkers --chart pakets"), Fails(2, "did you mean 'packets'?"));
  EXPECT_THAT(sh("mapctl dump talkers --chart name"), Fails(2, "columns of numbers are packets"));
}

TEST_F(Charts, OfLogarithmsAreHistograms) {
  sh("mapctl create hists -t hash -k u32 -v '{slots:u32[27],comm:char[16]}' -m 8; "
     "mapctl put hists 7 "
     "'{\"slots\":[0,4,8,0,2,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],\"comm\":\"dd\"}'");
  const std::string shown =
      "key 7  comm dd\n"
      "    2 to 3  4  ##############\n"
      "    4 to 7  8  #############################\n"
      "   8 to 15  0\n"
      "  16 to 31  2  #######\n";
  EXPECT_EQ(sh("script -qec 'stty cols 44; LC_ALL=C mapctl dump hists' /dev/null </dev/null | tr "
               "-d '\\r'")
                .out,
            shown);
  EXPECT_THAT(sh("LC_ALL=C mapctl dump hists -o table --chart slots").out,
              HasSubstr("\n  16 to 31  2  ###"));
  EXPECT_THAT(sh("mapctl dump hists -o table").out, Not(HasSubstr(" to ")));
  sh("mapctl put hists 7 comm=idle");
  EXPECT_THAT(sh("mapctl dump hists -o table --chart slots"),
              Prints("key 7  comm idle\n  nothing was counted\n"));
}

TEST_F(Charts, AddUpCpus) {
  sh("mapctl create per -t percpu_array -k u32 -v u64 -m 1; mapctl put per 0 '[3,4]'");
  EXPECT_THAT(sh("LC_ALL=C mapctl dump per -o table --chart value --sum").out,
              HasSubstr("0        7  ####"));
  EXPECT_THAT(sh("LC_ALL=C mapctl dump per -o table --chart value").out,
              HasSubstr("0    1        4  ####"));
}

TEST_F(Charts, EndWithNumbersThatHaveNoEnd) {
  sh("mapctl create f -t hash -k u32 -v '{n:f64,slots:f64[3]}' -m 8;"
     "mapctl put f 1 'n=inf,slots=[1,inf,2]'; mapctl put f 2 n=1; mapctl put f 3 n=nan;"
     "mapctl put f 4 n=-inf; mapctl put f 5 n=1e308");
  EXPECT_THAT(sh("LC_ALL=C timeout 20 mapctl dump f -o table --chart n").out,
              HasSubstr("inf  ####"));
  EXPECT_THAT(sh("LC_ALL=C timeout 20 mapctl dump f -o table --chart slots").out,
              HasSubstr("inf  ####"));
}

TEST_F(Charts, FitNarrowTerminals) {
  EXPECT_EQ(sh("script -qec 'stty cols 20; LC_ALL=C mapctl dump talkers --chart packets --where "
               "\"packets = 100\"' /dev/null </dev/null | tr -d '\\r'")
                .out,
            "key        packets\n192.0.2.1      100\n");
}

}  // namespace
}  // namespace mapctl::test
