// The formats of standard output; no part of the output is ever lost.

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mapctl/fd.hpp"
#include "support/shell/matchers.hpp"
#include "support/shell/terminal.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

void make_typed_map() {
  sh("mapctl create m -t hash -k ipv4 -v '{port:be16,name:char[8],count:u64}' -n 8");
  sh("mapctl put m 192.0.2.7 port=443,name=web,count=18446744073709551615");
}

TEST(Output, IsPlainOnAPipe) {
  make_typed_map();
  EXPECT_THAT(sh("mapctl dump m"),
              Prints("192.0.2.7\tport=443,name=web,count=18446744073709551615\n"));
}

TEST(Output, IsATableOnATerminal) {
  make_typed_map();
  const Outcome outcome = sh("script -qec 'mapctl dump m' /dev/null </dev/null");
  EXPECT_EQ(outcome.out,
            "key        port  name                 count\r\n"
            "192.0.2.7   443  web   18446744073709551615\r\n");
}

TEST(Output, OnATerminalTurnsRowsThatAreTooWideIntoLines) {
  make_typed_map();
  sh("mapctl put m 192.0.2.8 port=80,name=www");
  OnTerminal mapctl("COLUMNS=30 mapctl dump m --sort key");
  EXPECT_EQ(mapctl.wait(), 0);
  EXPECT_EQ(mapctl.seen(),
            "key    192.0.2.7\r\nport   443\r\nname   web\r\ncount  18446744073709551615\r\n\r\n"
            "key    192.0.2.8\r\nport   80\r\nname   www\r\ncount  0\r\n");
}

TEST(Output, OnATerminalShortensLongArrays) {
  sh("mapctl create m -t array -k u32 -v '{a:u32[64],b:{c:u16[40],d:u8[64]}}' -n 1");
  OnTerminal mapctl("COLUMNS=40 mapctl dump m");
  EXPECT_EQ(mapctl.wait(), 0);
  EXPECT_EQ(mapctl.seen(),
            "key  0\r\na    [0,0,0,0,0,0,0,0,0,… 55 more]\r\n"
            "b    c=[0,0,0,0,0,0,0,0,0,… 31 more],d=hex:0000000000000000… 56 more\r\n");
  EXPECT_THAT(sh("COLUMNS=40 mapctl dump m -o table").out, Not(HasSubstr("more")));
}

TEST(Output, JsonIsOneArrayOfEntries) {
  make_typed_map();
  const json parsed = json::parse(sh("mapctl dump m -o json").out);
  EXPECT_EQ(
      parsed,
      json::parse(
          R"([{"key":"192.0.2.7","value":{"port":443,"name":"web","count":18446744073709551615}}])"));
}

TEST(Output, JsonOfAnEmptyMapIsAnEmptyArray) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  EXPECT_THAT(sh("mapctl dump m -o json"), Prints("[]\n"));
  EXPECT_THAT(sh("mapctl dump m -o jsonl"), Prints(""));
}

TEST(Output, JsonOfOneEntryIsOneObject) {
  make_typed_map();
  EXPECT_EQ(json::parse(sh("mapctl get m 192.0.2.7 -o json").out)["key"], "192.0.2.7");
}

TEST(Output, JsonlIsOneObjectALine) {
  sh("mapctl create m -t array -k u32 -v u64 -n 2");
  EXPECT_THAT(sh("mapctl dump m -o jsonl"),
              Prints("{\"key\":0,\"value\":0}\n{\"key\":1,\"value\":0}\n"));
}

TEST(Output, CsvHasAHeaderAndQuotesWhatNeedsIt) {
  sh("mapctl create m -t hash -k u32 -v '{name:char[8],n:u8}' -n 8; mapctl put m 1 "
     "'{\"name\":\"a,b\",\"n\":3}'");
  EXPECT_THAT(sh("mapctl dump m -o csv"), Prints("key,name,n\n1,\"a,b\",3\n"));
}

TEST(Output, PerCpuValuesAreLabelledInJson) {
  sh("mapctl create m -t percpu_array -k u32 -v u32 -n 1; mapctl put m 0 7 --cpu 0");
  const json entry = json::parse(sh("mapctl get m 0 -o json").out);
  EXPECT_EQ(entry["values"][0], (json{{"cpu", 0}, {"value", 7}}));
}

TEST(Output, OfOneChosenCpuIsAListOfOneInJsonAndTheBareValueInPlain) {
  sh("mapctl create m -t percpu_array -k u32 -v '{a:u32}' -n 1; mapctl put m 0 a=7 --cpu 1");
  EXPECT_THAT(sh("mapctl get m 0 --cpu 1 -o json"),
              Prints("{\"key\":0,\"values\":[{\"cpu\":1,\"value\":{\"a\":7}}]}\n"));
  EXPECT_THAT(sh("mapctl get m 0 --cpu 1 -o csv"), Prints("key,cpu,a\n0,1,7\n"));
  EXPECT_THAT(sh("mapctl get m 0 --cpu 1"), Prints("a=7\n"));
}

TEST(Output, ARowOfOneCpuHasNothingOfAnothers) {
  sh("mapctl create m -t percpu_array -k u32 -v '{n:u32,union{s:{x:u8,y:u32},w:u32}}' -n 1");
  sh("mapctl put m 0 n=1,s={x=1,y=2} --cpu 0; mapctl put m 0 n=2,w=500 --cpu 1");
  EXPECT_THAT(sh("mapctl dump m -o csv | head -n 3"),
              Prints("key,cpu,n,s,w\n0,0,1,\"x=1,y=2\",\n0,1,2,,500\n"));
  sh("mapctl put m 0 hex:020000000101010101010101 --cpu 1");
  EXPECT_THAT(sh("mapctl get m 0 --cpu 1 -o csv"),
              Prints("key,cpu,n,s,w\n0,1,hex:020000000101010101010101,,\n"));
  EXPECT_THAT(sh("mapctl dump m -o csv | sed -n 3p"),
              Prints("0,1,hex:020000000101010101010101,,\n"));
}

TEST(Output, PerCpuUnionsHaveAColumn) {
  sh("mapctl create m -t percpu_array -k u32 -v 'union{a:u32,b:u32}' -n 1; mapctl put m 0 a=5");
  EXPECT_THAT(sh("mapctl dump m -o csv | head -n 2"), Prints("key,cpu,value\n0,0,a=5\n"));
}

TEST(Output, OfAnEmptyMapHasItsHeaderInTablesToo) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  EXPECT_THAT(sh("mapctl dump m -o table"), Prints("key  value\n"));
  EXPECT_THAT(sh("mapctl dump m -o csv"), Prints("key,value\n"));
}

TEST(Output, AlignsColumnsByWhatATerminalShows) {
  sh("mapctl create m -t array -k u32 -v '{name:char[16],tag:char[8]}' -n 3");
  sh("mapctl put m 0 name=\xe6\x9d\xb1\xe4\xba\xac,tag=a; mapctl put m 1 "
     "name=e\xcc\x81t\xc3\xa9,tag=b; mapctl put m 2 name=plain,tag=c");
  EXPECT_THAT(sh("mapctl dump m -o table"), Prints("key  name   tag\n"
                                                   "  0  \xe6\x9d\xb1\xe4\xba\xac   a\n"
                                                   "  1  e\xcc\x81t\xc3\xa9    b\n"
                                                   "  2  plain  c\n"));
}

TEST(Output, NeverSteersATerminal) {
  sh("mapctl create m -t array -k u32 -v '{name:char[16]}' -n 1");
  sh(R"(mapctl put m 0 '{"name":"a\u001b[31m\u009b31m"}')");
  EXPECT_THAT(sh("mapctl dump m -o table"), Prints("key  name\n  0  a\\u001b[31m\\u009b31m\n"));
  EXPECT_THAT(sh("mapctl dump m"), Prints("0\tname=\"a\\u001b[31m\\u009b31m\"\n"));
  EXPECT_THAT(sh("mapctl get m 0 -o json"),
              Prints("{\"key\":0,\"value\":{\"name\":\"a\\u001b[31m\\u009b31m\"}}\n"));
  EXPECT_THAT(sh("script -qec 'mapctl dump m -o csv' /dev/null </dev/null"),
              Prints("key,name\r\n0,a\\u001b[31m\\u009b31m\r\n"));
}

TEST(Output, CsvInAFileIsExact) {
  sh("mapctl create m -t array -k u32 -v '{name:char[8]}' -n 1");
  sh(R"(mapctl put m 0 '{"name":"a\u001b[1m"}')");
  EXPECT_THAT(sh("mapctl dump m -o csv"), Prints("key,name\n0,a\x1b[1m\n"));
}

TEST(Output, EndsTextsInValuesAtTheirNul) {
  sh("mapctl create m -t hash -k 'char[4]' -v '{comm:char[4]}' -n 8");
  sh("mapctl put m hex:61006200 comm=hex:63006400");
  EXPECT_THAT(sh("mapctl dump m"), Prints("hex:61006200\tcomm=c\n"));
  EXPECT_THAT(sh("mapctl dump m -o csv | tail -n 1"), Prints("hex:61006200,c\n"));
  EXPECT_THAT(sh("mapctl dump m -o jsonl"),
              Prints("{\"key\":\"hex:61006200\",\"value\":{\"comm\":\"c\"}}\n"));
  EXPECT_THAT(sh("mapctl dump m -o table").out, testing::HasSubstr("  c\n"));
  EXPECT_THAT(sh("mapctl dump m --where 'value ~ comm=c' | wc -l"), Prints("1\n"));
  EXPECT_THAT(sh("mapctl save m -o plain"), Prints("hex:61006200\tcomm=hex:63006400\n"));
  EXPECT_THAT(sh("mapctl save m | mapctl restore n -f - >/dev/null && mapctl diff m n").out,
              testing::IsEmpty());
  const Outcome differs = sh("mapctl put n hex:61006200 comm=c; mapctl diff m n");
  EXPECT_EQ(differs.out, "changed\thex:61006200\tcomm=hex:63006400\tcomm=c\n");
}

TEST(Output, APinsNameIsOneTextWhateverIsInIt) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl pin m \"$(printf 'x\\ny,z')\"");
  const Outcome outcome = sh("mapctl list m -o plain | cut -f 12");
  EXPECT_THAT(outcome.out, testing::HasSubstr(R"("/sys/fs/bpf/x\ny,z")"));
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 1);
}

TEST(Output, WhatPlainPrintsCanBePutBack) {
  make_typed_map();
  sh("mapctl create n -t hash -k ipv4 -v '{port:be16,name:char[8],count:u64}' -n 8");
  EXPECT_THAT(sh("mapctl dump m | while IFS=\"$(printf '\\t')\" read -r k v; do mapctl put n "
                 "\"$k\" \"$v\"; done"),
              IsSilent());
  EXPECT_EQ(sh("mapctl dump n --hex").out, sh("mapctl dump m --hex").out);
}

TEST(Output, ToAFullDiskIsAnError) {
  make_typed_map();
  EXPECT_THAT(sh("mapctl dump m > /dev/full"),
              Fails(9, "cannot write the results: No space left on device"));
}

TEST(Output, ToAClosedDescriptorIsAnError) {
  make_typed_map();
  EXPECT_THAT(sh("mapctl dump m >&-"), Fails(9, "cannot write the results"));
}

TEST(Output, EndsQuietlyWhenTheReaderGoesAway) {
  sh("mapctl create m -t array -k u32 -v u64 -n 100000");
  const Outcome outcome = sh("mapctl dump m | head -n 1");
  EXPECT_EQ(outcome.out, "0\t0\n");
  EXPECT_EQ(outcome.err, "");
}

TEST(Output, EndsAsQuietlyWhereTheSignalIsIgnored) {
  sh("mapctl create m -t array -k u32 -v u64 -n 100000");
  const Outcome outcome =
      sh("trap '' PIPE; exec 3>&1; { mapctl dump m; echo $? >&3; } | head -n 1 >&2");
  EXPECT_EQ(outcome.out, "141\n");
  EXPECT_EQ(outcome.err, "0\t0\n");
}

TEST(Output, OptionsMayStandBeforeTheCommand) {
  sh("mapctl create m -t array -k u32 -v u64 -n 1");
  EXPECT_THAT(sh("mapctl -o csv dump m"), Prints("key,value\n0,0\n"));
}

TEST(Errors, AreOneLineOfJsonWhereJsonIsWanted) {
  const Outcome outcome = sh("mapctl get 'no \"such\" map' 1 -o json");
  EXPECT_EQ(outcome.exit, 3);
  EXPECT_EQ(outcome.out, "");
  const json error = json::parse(outcome.err)["error"];
  EXPECT_EQ(error["exit"], 3);
  EXPECT_EQ(error["code"], "not_found");
  EXPECT_TRUE(error["fix"].is_array());
}

TEST(Csv, KeepsTheCpuApartFromAFieldOfThatName) {
  sh("mapctl create m -t percpu_array -k u32 -v '{a:u32,cpu:u32}' -n 1; mapctl put m 0 a=3,cpu=7");
  EXPECT_THAT(sh("mapctl get m 0 --cpu 1 -o csv"), Prints("key,cpu,a,values.cpu\n0,1,3,7\n"));
}

TEST(Output, ThatGrowsTooLargeForTheLimitFails) {
  sh("mapctl create m -t array -k u32 -v u64 -n 10000");
  EXPECT_THAT(
      sh("mkfifo p.$$; cat p.$$ >&2 & "
         "(ulimit -f 1; exec mapctl dump m >f.$$ 2>p.$$); e=$?; wait; rm f.$$ p.$$; exit $e"),
      Fails(9, "cannot write the results: File too large"));
}

TEST(Output, WaitsForRoomInAPipeThatDoesNotBlock) {
  sh("mapctl create m -t array -k u32 -v u64 -n 20000");
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_NONBLOCK), 0);  // the command inherits it
  const Fd reader(ends[0]);
  const Fd writer(ends[1]);
  ASSERT_LT(writer.get(), 10) << "sh knows only descriptors of one digit";
  Background dump("exec mapctl dump m >&" + std::to_string(writer.get()));
  std::string text;
  char page[4096];
  int waiting = 0;
  while (dump.is_running() || waiting > 0) {
    ::ioctl(reader.get(), FIONREAD, &waiting);
    pollfd room{.fd = writer.get(), .events = POLLOUT, .revents = 0};
    const bool is_full = ::poll(&room, 1, 0) == 0;
    if (dump.is_running() && !is_full) continue;
    const ssize_t count = ::read(reader.get(), page, sizeof page);
    text.append(page, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  }
  EXPECT_EQ(dump.outcome().exit, 0);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 20000);
}

}  // namespace
}  // namespace mapctl::test
