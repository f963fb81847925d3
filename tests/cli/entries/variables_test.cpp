// A program's global variables, by name.

#include <bpf/libbpf.h>

#include <atomic>
#include <thread>

#include "support/sender.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

std::string repeated(const std::string& lines) {
  std::string all;
  for (int i = 0; i < 2000; ++i) all += lines;
  return all;
}

class Variables : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(sender_);
    ASSERT_EQ(bpf_map__pin(sender_.variables(), "/sys/fs/bpf/vars"), 0);
  }

  Sender sender_;
};

TEST_F(Variables, ArePrintedByName) {
  ASSERT_TRUE(sender_.send_to_ring(1, 3));
  EXPECT_THAT(sh("mapctl get vars 0"), Prints("sent=3,refused=0,counted=0,setting=0\n"));
  EXPECT_THAT(sh("mapctl get vars 0 -o json"),
              Prints("{\"key\":0,\"value\":"
                     "{\"sent\":3,\"refused\":0,\"counted\":0,\"setting\":0}}\n"));
}

TEST_F(Variables, AreSetOneByOne) {
  ASSERT_TRUE(sender_.send_to_ring(1, 3));
  EXPECT_THAT(sh("mapctl put vars 0 refused=7"), IsSilent());
  EXPECT_EQ(sender_.refused(), 7U);
  EXPECT_EQ(sender_.sent(), 3U);
}

TEST_F(Variables, AreReadAndWrittenByTheirNames) {
  ASSERT_TRUE(sender_.send_to_ring(1, 3));
  EXPECT_THAT(sh("mapctl get vars sent"), Prints("3\n"));
  EXPECT_THAT(sh("mapctl get vars sent refused"), Prints("sent\t3\nrefused\t0\n"));
  EXPECT_THAT(sh("mapctl get vars sent -o json"), Prints("{\"key\":\"sent\",\"value\":3}\n"));
  EXPECT_THAT(sh("mapctl put vars setting 7"), IsSilent());
  EXPECT_THAT(sh("mapctl get vars setting --hex"), Prints("hex:07000000\n"));
  EXPECT_EQ(sender_.setting(), 7U);
  EXPECT_EQ(sender_.sent(), 3U);
  EXPECT_THAT(
      sh("mapctl get vars snet"),
      testing::AllOf(Fails(2, "there is no variable 'snet' in vars; variables are sent, refused"),
                     Fails(2, "did you mean 'sent'?")));
  EXPECT_THAT(sh("mapctl put vars setting much"), Fails(2, "'much' is not a number"));
}

TEST_F(Variables, AreDumpedOneALineAndReadAgain) {
  ASSERT_TRUE(sender_.send_to_ring(1, 3));
  const std::string lines = "sent\t3\nrefused\t0\ncounted\t0\nsetting\t0\n";
  EXPECT_THAT(sh("mapctl dump vars"), Prints(lines));
  for (const char* format : {"plain", "json", "jsonl", "csv"}) {
    const std::string file = std::string{"f=$(mktemp); mapctl dump vars -o "} + format + " > $f; ";
    EXPECT_THAT(
        sh(file + "mapctl put vars 0 sent=9,setting=8; mapctl diff vars $f >/dev/null; echo $?; "
                  "mapctl sync vars -f $f -o json | jq .changed; rm $f"),
        Prints("1\n1\n"))
        << format;
    EXPECT_THAT(sh("mapctl dump vars"), Prints(lines)) << format;
    EXPECT_THAT(
        sh(file + "mapctl put vars 0 sent=9,setting=8; mapctl load vars -f $f >/dev/null; rm $f; "
                  "mapctl dump vars"),
        Prints(lines))
        << format;
  }
}

TEST_F(Variables, LoseNoCountWhenOthersAreSet) {
  constexpr int runs_at_once = 10'000;
  std::atomic<bool> ends = false;
  std::uint32_t runs = 0;
  std::thread program([&] {
    for (; !ends; runs += runs_at_once)
      if (!sender_.count(runs_at_once)) break;
  });
  const std::string by_put =
      "mapctl batch - <<'E'\n" + repeated("put vars 0 setting=1\nput vars 0 setting=2 --keep\n");
  const std::string by_load = "mapctl load vars -f - <<'E'\n" + repeated("0\tsetting=3\n");
  EXPECT_THAT(sh(by_put + "E"), IsSilent());
  EXPECT_EQ(sh(by_load + "E").exit, 0);
  ends = true;
  program.join();
  EXPECT_GT(runs, 0U);
  EXPECT_EQ(sender_.counted(), runs);
  EXPECT_EQ(sender_.setting(), 3U);
}

TEST_F(Variables, AreSuggestedWhereANameIsWrong) {
  EXPECT_THAT(sh("mapctl put vars 0 refsued=7"), Fails(2, "did you mean 'refused'?"));
}

}  // namespace
}  // namespace mapctl::test
