#include "mapctl/text/text_writer.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace mapctl::test {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  TextWriter{out}.string(text);
  return out;
}

TEST(TextWriter, LeavesTheOutermostStructWithoutBraces) {
  std::string out;
  TextWriter writer{out};
  writer.begin_struct();
  writer.member("a");
  writer.begin_struct();
  writer.end_struct();
  writer.member("b");
  writer.begin_array();
  writer.element();
  writer.integer(std::int64_t{-1});
  writer.element();
  writer.boolean(true);
  writer.end_array();
  writer.end_struct();
  EXPECT_EQ(out, "a={},b=[-1,true]");
}

TEST(TextWriter, WritesSeveralValuesOneAfterTheOther) {
  std::string out;
  TextWriter writer{out};
  for (const std::uint64_t value : {1U, 2U}) {
    writer.begin_struct();
    writer.member("n");
    writer.integer(value);
    writer.end_struct();
    out += '\t';
  }
  EXPECT_EQ(out, "n=1\tn=2\t");
}

TEST(TextWriter, BracesStructsInsideACpuList) {
  std::string out;
  TextWriter writer{out};
  writer.begin_cpus();
  for (const unsigned id : {0U, 3U}) {
    writer.cpu(id);
    writer.begin_struct();
    writer.member("n");
    writer.integer(std::uint64_t{id});
    writer.end_struct();
  }
  writer.end_cpus();
  EXPECT_EQ(out, "[{n=0},{n=3}]");
}

TEST(TextWriter, QuotesOnlyWhatCouldBeReadAsSomethingElse) {
  for (const char* text : {"eth0", "a-b", "1", "\xc3\xbc", "/sys/fs/bpf/x"}) {
    EXPECT_EQ(quoted(text), text);
  }
  for (const char* text : {"", "a b", "a,b", "[x", "{x", "a=b", "#x", "@f", "-x", "null", "it's"}) {
    EXPECT_EQ(quoted(text), std::string("\"") + text + "\"");
  }
  EXPECT_EQ(quoted("a\"b\\c"), R"("a\"b\\c")");
}

TEST(TextWriter, EscapesWhatWouldMoveATerminal) {
  EXPECT_EQ(quoted("a\x1b[0m\n\t\x7f"), R"("a\u001b[0m\n\t\u007f")");
  EXPECT_EQ(quoted("a\xc2\x9b"), R"("a\u009b")");
}

}  // namespace
}  // namespace mapctl::test
