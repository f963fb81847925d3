// A program's global variables, by name.

#include <bpf/libbpf.h>

#include "support/sender.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

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
  EXPECT_THAT(sh("mapctl get vars 0"), Prints("sent=3,refused=0\n"));
  EXPECT_THAT(sh("mapctl get vars 0 -o json"),
              Prints("{\"key\":0,\"value\":{\"sent\":3,\"refused\":0}}\n"));
}

TEST_F(Variables, AreSetOneByOne) {
  ASSERT_TRUE(sender_.send_to_ring(1, 3));
  EXPECT_THAT(sh("mapctl put vars 0 refused=7"), IsSilent());
  EXPECT_EQ(sender_.refused(), 7U);
  EXPECT_EQ(sender_.sent(), 3U);
}

TEST_F(Variables, AreSuggestedWhereANameIsWrong) {
  EXPECT_THAT(sh("mapctl put vars 0 refsued=7"), Fails(2, "did you mean 'refused'?"));
}

}  // namespace
}  // namespace mapctl::test
