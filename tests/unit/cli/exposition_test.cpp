// Metrics in the text format of Prometheus.

#include "cli/metrics/exposition.hpp"

#include <gtest/gtest.h>

namespace mapctl::cli {
namespace {

TEST(Exposition, EscapesWhatTheFormatEscapes) {
  EXPECT_EQ(label_value("a\"b\\c\nd"), R"(a\"b\\c\nd)");
  EXPECT_EQ(label_value("\n"), "\\n");
  EXPECT_EQ(label_value(""), "");
}

TEST(Exposition, ShowsControlCharactersAndStrayBytesAsText) {
  EXPECT_EQ(label_value("a\x1b\xff ä"), R"(a\\u001b\\xff ä)");
}

TEST(Exposition, MakesNamesOfAnyText) {
  EXPECT_EQ(label_name("src.port[2]"), "src_port_2_");
  EXPECT_EQ(label_name("a_1"), "a_1");
}

TEST(Exposition, DescribesAMetricOnceAndOnlyIfItHasSamples) {
  std::string text;
  Exposition out(text);
  out.begin("empty", MetricType::gauge, "Nothing.");
  out.begin("seen_total", MetricType::counter, "Things.");
  out.sample(label_text({{"a", "1"}, {"b", "x"}}), 7);
  out.sample(label_text({{"a", "2"}}), 0.5);
  EXPECT_EQ(text,
            "# HELP seen_total Things.\n# TYPE seen_total counter\n"
            "seen_total{a=\"1\",b=\"x\"} 7\nseen_total{a=\"2\"} 0.5\n");
}

}  // namespace
}  // namespace mapctl::cli
