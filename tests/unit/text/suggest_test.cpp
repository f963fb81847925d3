#include "text/literal/suggest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mapctl::test {
namespace {

const std::vector<std::string> commands{"list", "load", "put", "dump", "drain"};

TEST(Suggest, FindsTheWordWithTheFewestSlips) {
  EXPECT_EQ(closest("lsit", commands), "list");
  EXPECT_EQ(closest("dmup", commands), "dump");
  EXPECT_EQ(closest("PUTT", commands), "put");
}

TEST(Suggest, StaysSilentWhereNothingIsClose) {
  EXPECT_EQ(closest("frobnicate", commands), std::nullopt);
  EXPECT_EQ(closest("x", commands), std::nullopt);
  EXPECT_EQ(closest("list", {}), std::nullopt);
}

}  // namespace
}  // namespace mapctl::test
