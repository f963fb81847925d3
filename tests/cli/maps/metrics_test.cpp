// metrics prints what Prometheus records of maps and filters.

#include <sys/stat.h>

#include <set>
#include <sstream>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// Matches a page that promtool finds nothing wrong with, and in which no series occurs twice.
MATCHER(IsGoodForPrometheus, "is a page that promtool accepts") {
  std::istringstream lines(arg);
  std::set<std::string> series;
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with('#') && !series.insert(line.substr(0, line.rfind(' '))).second) {
      *result_listener << "twice: " << line;
      return false;
    }
  const Outcome outcome =
      sh("cat >page <<'END_OF_PAGE'\n" + arg + "END_OF_PAGE\npromtool check metrics <page");
  *result_listener << outcome.out << outcome.err;
  return outcome.exit == 0 && outcome.out.empty() && outcome.err.empty();
}

/// What metrics prints, without the ids of maps.
std::string page(const std::string& arguments) {
  const Outcome outcome = sh("mapctl metrics " + arguments + " | sed 's/id=\"[0-9]*\",//'");
  EXPECT_EQ(outcome.err, "");
  return outcome.out;
}

TEST(Metrics, HaveASeriesForEachNumberOfAMap) {
  sh("mapctl create m -t hash -k u32 -v u64 -m 4; mapctl put m 1 1; mapctl freeze m --yes");
  const std::string text = page("m");
  EXPECT_THAT(
      text,
      AllOf(HasSubstr(
                "# TYPE bpf_map_info gauge\n"
                "bpf_map_info{name=\"m\",type=\"hash\",pin=\"/sys/fs/bpf/m\",frozen=\"true\"} 1\n"),
            HasSubstr("\nbpf_map_entries{name=\"m\",type=\"hash\"} 1\n"),
            HasSubstr("\nbpf_map_max_entries{name=\"m\",type=\"hash\"} 4\n"),
            ContainsRegex("\nbpf_map_memory_bytes\\{name=\"m\",type=\"hash\"\\} [0-9]+\n"),
            HasSubstr("\nbpf_map_fill_ratio{name=\"m\",type=\"hash\",lru=\"false\"} 0.25\n")));
  EXPECT_THAT(text, Not(HasSubstr("filter")));
}

TEST(Metrics, OfMapsAreChosenByNameTypeAndPin) {
  sh("mapctl create a -t hash -k u32 -v u64 -m 4; mapctl create b -t array -v u64 -m 4");
  const auto names = [](const std::string& arguments) {
    return sh("mapctl metrics " + arguments +
              " | sed -nE 's/^bpf_map_info.*name=\"([^\"]*)\".*/\\1/p'")
        .out;
  };
  EXPECT_EQ(names("a b /sys/fs/bpf/a"), "a\nb\n");
  EXPECT_EQ(names("--pinned"), "a\nb\n");
  EXPECT_EQ(names("--pinned -t array"), "b\n");
  EXPECT_THAT(sh("mapctl metrics nosuch"), Fails(3, "there is no map 'nosuch'"));
}

TEST(Metrics, MarkLruMapsAndLeaveOutTheFillOfArrays) {
  sh("mapctl create l -t lru_hash -k u32 -v u64 -m 4; mapctl create a -t array -v u64 -m 4");
  EXPECT_THAT(page("l"),
              HasSubstr("bpf_map_fill_ratio{name=\"l\",type=\"lru_hash\",lru=\"true\"}"));
  EXPECT_THAT(page("a"), AllOf(HasSubstr("bpf_map_entries{name=\"a\",type=\"array\"} 4\n"),
                               Not(HasSubstr("fill_ratio"))));
}

TEST(Metrics, OfWhatWasNotCountedAreMissing) {
  sh("mapctl create m -t devmap_hash -k u32 -v u32 -m 8; mapctl put m 7 lo; mapctl put m 8 lo; "
     "mapctl create q -t queue -v u32 -m 8");
  EXPECT_THAT(page("m --walk 2"),
              HasSubstr("bpf_map_entries{name=\"m\",type=\"devmap_hash\"} 2\n"));
  EXPECT_THAT(page("m --walk 1"),
              AllOf(HasSubstr("bpf_map_max_entries"), Not(HasSubstr("bpf_map_entries")),
                    Not(HasSubstr("fill_ratio"))));
  EXPECT_THAT(page("q"), Not(HasSubstr("bpf_map_entries")));
}

TEST(Metrics, AskTheKernelForTheEntriesOfLargeMaps) {
  sh("mapctl create trie -t lpm_trie -k cidr4 -v u32 -m 100000; mapctl put trie 10.0.0.0/8 1; "
     "mapctl create hash -t hash -k u32 -v u32 -m 100000; mapctl put hash 1 1");
  EXPECT_THAT(page("trie --walk 0"),
              HasSubstr("bpf_map_entries{name=\"trie\",type=\"lpm_trie\"} 1\n"));
  EXPECT_THAT(page("hash"), HasSubstr("bpf_map_entries{name=\"hash\",type=\"hash\"} 1\n"));
}

TEST(Metrics, OfTwoMapsWithOneNameDifferById) {
  sh("for i in 1 2; do mapctl create m$i -t hash -k u32 -v u64 -m 4 --name same; done");
  const std::string text = sh("mapctl metrics --pinned").out;
  EXPECT_THAT(text, IsGoodForPrometheus());
  EXPECT_THAT(text, ContainsRegex("name=\"same\".*\n.*name=\"same\""));
}

TEST(Metrics, OfHostileNamesAreGoodForPrometheus) {
  sh("mapctl create m -t hash -k 'char[8]' -v u64 -m 8");
  sh("mapctl pin m \"$(printf '/sys/fs/bpf/a\"b\\\\\\\\c\\nd\\033\\377')\"");
  sh("mapctl put m 'a\"b' 1; mapctl put m hex:615c0a1bff000000 2; mapctl put m "
     "hex:615c0a1b00000000 3; "
     "mapctl put m hex:615c6e5c75303031 4");
  const std::string text = sh("mapctl metrics m --per-entry m --fields value").out;
  EXPECT_THAT(text, IsGoodForPrometheus());
  EXPECT_THAT(text, HasSubstr("pin=\"\\\"/sys/fs/bpf/a\\\\\\\"b"));
  EXPECT_THAT(
      text, AllOf(HasSubstr("key=\"a\\\"b\"} 1\n"), HasSubstr("key=\"hex:615c0a1bff000000\"} 2\n"),
                  HasSubstr("key=\"a\\\\\\n\\\\u001b\"} 3\n"), Not(HasSubstr("\x1b"))));
}

TEST(Metrics, OfFiltersHavePacketsRulesAndInterfaces) {
  sh("ip link add v0 type veth peer name v1; mapctl filter load v0; "
     "mapctl filter load v1 --name second; mapctl put filter_map 10.0.0.0/8 drop; "
     "mapctl put filter_stats 2 packets=5,bytes=5120 --cpu 0; "
     "mapctl create other_stats -t array -v u32 -m 1");
  const Outcome outcome = sh("mapctl metrics");
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, IsGoodForPrometheus());
  EXPECT_THAT(
      outcome.out,
      AllOf(HasSubstr("\nmapctl_filter_packets_total{filter=\"filter\",verdict=\"drop\",reason="
                      "\"drop_rule\"} 5\n"),
            HasSubstr("\nmapctl_filter_bytes_total{filter=\"filter\",verdict=\"drop\",reason="
                      "\"drop_rule\"} 5120\n"),
            HasSubstr("\nmapctl_filter_rules{filter=\"filter\"} 1\n"),
            HasSubstr("\nmapctl_filter_rules{filter=\"second\"} 0\n"),
            HasSubstr("\nmapctl_filter_up{filter=\"filter\",interface=\"v0\",mode=\"native\","
                      "pin=\"/sys/fs/bpf/filter_link_v0\"} 1\n"),
            Not(HasSubstr("filter=\"other\""))));
  sh("ip link delete v0");
  EXPECT_THAT(sh("mapctl metrics").out,
              HasSubstr("\nmapctl_filter_up{filter=\"filter\",interface=\"v0\",mode=\"\","
                        "pin=\"/sys/fs/bpf/filter_link_v0\"} 0\n"));
  sh("rm -rf /sys/fs/bpf/*");
}

TEST(Metrics, NeedNoMoreThanTheUnitsAllow) {
  sh("ip link add v0 type veth peer name v1; mapctl filter load v0; "
     "mapctl create m -t hash -k u32 -v u64 -m 100000 --mode 0600; chown 65534 /sys/fs/bpf/m; "
     "mount -o remount,ro,bind /sys/fs/bpf");
  // A map of a test before may end in between.
  const std::string own = " | grep -E '^#|\"(m|filter[^\"]*)\"'";
  const Outcome all = sh("mapctl metrics" + own);
  const Outcome outcome =
      sh("setpriv --no-new-privs --bounding-set -all,+sys_admin,+bpf,+perfmon,+dac_override "
         "mapctl metrics" +
         own);
  EXPECT_THAT(outcome, Prints(all.out));
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("bpf_map_entries"), HasSubstr("mapctl_filter_up")));
  sh("mount -o remount,rw,bind /sys/fs/bpf; rm -rf /sys/fs/bpf/*; ip link delete v0");
}

class EntryMetrics : public testing::Test {
 protected:
  void SetUp() override {
    sh("mapctl create m -t hash -k '{saddr:ipv4,port:be16}' "
       "-v '{packets:u64@counter,bytes:u64@counter,seen_total:u32,address:ipv4}' -m 8");
    for (const char* i : {"1", "2", "3"})
      sh(std::string{"mapctl put m saddr=192.0.2."} + i + ",port=80 packets=" + i + ",bytes=" + i +
         "00");
  }

  /// The lines of one series.
  static std::string series(const std::string& name, const std::string& arguments) {
    return sh("mapctl metrics m --per-entry m " + arguments + " 2>/dev/null | sed -n 's/^" + name +
              "{id=\"[0-9]*\",name=\"m\",type=\"hash\",/{/p' | sort")
        .out;
  }
};

TEST_F(EntryMetrics, HaveTheMembersOfTheKeyAsLabels) {
  EXPECT_EQ(series("bpf_map_entry_packets_total", "--fields packets,bytes --limit 3"),
            "{key_saddr=\"192.0.2.1\",key_port=\"80\"} 1\n"
            "{key_saddr=\"192.0.2.2\",key_port=\"80\"} 2\n"
            "{key_saddr=\"192.0.2.3\",key_port=\"80\"} 3\n");
  EXPECT_EQ(series("bpf_map_entry_bytes_total", "--fields packets,bytes --where 'packets = 2'"),
            "{key_saddr=\"192.0.2.2\",key_port=\"80\"} 200\n");
  EXPECT_THAT(sh("mapctl metrics --per-entry m").out, IsGoodForPrometheus());
}

TEST_F(EntryMetrics, TellWhichCountersBecomeNoSeries) {
  sh("mapctl create n -t hash -k u32 -v '{a:u64@counter,in:{rx:u64@counter},h:u64[2]@counter}' -m "
     "8");
  EXPECT_THAT(sh("mapctl metrics n --per-entry n").err,
              HasSubstr("counters in arrays and structs become no series: in, h"));
}

TEST_F(EntryMetrics, AreThoseOfAllCountersIfNoneIsNamed) {
  EXPECT_THAT(sh("mapctl metrics m --per-entry m | sed -n 's/^# TYPE bpf_map_entry_//p'"),
              Prints("packets_total counter\nbytes_total counter\nseries_truncated gauge\n"));
  EXPECT_NE(series("bpf_map_entry_seen_total", "--fields seen_total"), "");
}

TEST_F(EntryMetrics, TellThatTheLimitIsReached) {
  const std::string limited = "--limit 2 --sort -packets";
  EXPECT_EQ(series("bpf_map_entry_packets_total", limited),
            "{key_saddr=\"192.0.2.2\",key_port=\"80\"} 2\n"
            "{key_saddr=\"192.0.2.3\",key_port=\"80\"} 3\n");
  const Outcome outcome = sh("mapctl metrics m --per-entry m --limit 2");
  EXPECT_THAT(outcome.err, HasSubstr("m has more entries than 2"));
  EXPECT_THAT(outcome.out, ContainsRegex("bpf_map_entry_series_truncated\\{[^}]*\\} 1\n"));
  EXPECT_THAT(page("m --per-entry m --limit 3"),
              ContainsRegex("bpf_map_entry_series_truncated\\{[^}]*\\} 0\n"));
}

TEST_F(EntryMetrics, AddUpTheValuesOfAllCpus) {
  sh("mapctl create p -t percpu_hash -k u32 -v u64 -m 8; mapctl put p 7 5");
  EXPECT_EQ(sh("mapctl metrics p --per-entry p | sed -n 's/^bpf_map_entry_value_total.*} //p'").out,
            sh("mapctl get p 7 --sum").out);
}

TEST_F(EntryMetrics, RefuseFieldsThatAreNoNumbers) {
  EXPECT_THAT(sh("mapctl metrics --per-entry m --fields address"),
              Fails(2, "columns of numbers are packets, bytes, seen_total"));
  EXPECT_THAT(sh("mapctl metrics --per-entry m --fields packet"),
              Fails(2, "did you mean 'packets'?"));
  EXPECT_THAT(sh("mapctl metrics m --fields packets"), Fails(2, "--per-entry MAP"));
}

TEST(Metrics, AreWrittenIntoAFileAsAWhole) {
  sh("mapctl create m -t hash -k u32 -v u64 -m 4; echo old >out; chmod 0640 out; ln out same");
  EXPECT_THAT(sh("mapctl metrics m -f out"), IsSilent());
  EXPECT_THAT(sh("cat out").out, HasSubstr("bpf_map_info"));
  EXPECT_EQ(sh("cat same; stat -c %a out; ls | tr '\\n' ' '").out, "old\n640\nout same ");
  EXPECT_THAT(sh("mapctl metrics nosuch -f out").exit, 3);
  EXPECT_THAT(sh("cat out").out, HasSubstr("bpf_map_info"));
  EXPECT_THAT(sh("mapctl metrics m -f out -o json"), Prints("{\"changed\":true}\n"));
  EXPECT_THAT(sh("mapctl metrics m -o json"), Fails(2, "mapctl list -o json"));
}

}  // namespace
}  // namespace mapctl::test
