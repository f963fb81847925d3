// metrics --http answers one request.

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// The answer to a request in the notation of printf.
std::string answer(const std::string& request) {
  return sh("printf '" + request + "' | mapctl metrics --http m").out;
}

class MetricsOverHttp : public testing::Test {
 protected:
  void SetUp() override { sh("mapctl create m -t hash -k u32 -v u64 -m 4"); }
};

TEST_F(MetricsOverHttp, AnswerAGet) {
  const std::string page = sh("mapctl metrics m").out;
  for (const char* request :
       {"GET /metrics HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n", "GET /metrics HTTP/1.0\\n\\n",
        "GET /metrics?name=x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"})
    EXPECT_EQ(answer(request),
              "HTTP/1.1 200 OK\r\n"
              "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
              "Content-Length: " +
                  std::to_string(page.size()) +
                  "\r\n"
                  "Connection: close\r\n\r\n" +
                  page);
  EXPECT_THAT(
      answer("HEAD /metrics HTTP/1.1\\r\\n\\r\\n"),
      AllOf(HasSubstr("Content-Length: " + std::to_string(page.size())), Not(HasSubstr("bpf_"))));
}

TEST_F(MetricsOverHttp, RefuseEverythingElse) {
  EXPECT_THAT(answer("GET / HTTP/1.1\\r\\n\\r\\n"),
              AllOf(StartsWith("HTTP/1.1 404 Not Found\r\n"), HasSubstr("at /metrics\n")));
  EXPECT_THAT(
      answer("POST /metrics HTTP/1.1\\r\\n\\r\\n"),
      AllOf(StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"), HasSubstr("Allow: GET, HEAD\r\n")));
  for (const char* request :
       {"hello\\r\\n\\r\\n", "GET /metrics HTTP/2\\r\\n\\r\\n", "\\r\\n\\r\\n",
        "GET metrics HTTP/1.1\\r\\n\\r\\n", "GET /metrics HTTP/1.1\\r\\n"})
    EXPECT_THAT(answer(request), StartsWith("HTTP/1.1 400 Bad Request\r\n")) << request;
  EXPECT_EQ(answer(""), "");
}

TEST_F(MetricsOverHttp, RefuseARequestThatIsTooLarge) {
  EXPECT_THAT(sh("{ printf 'GET /metrics HTTP/1.1\\r\\nA: '; yes | head -c 100000; } | mapctl "
                 "metrics --http")
                  .out,
              StartsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
}

TEST_F(MetricsOverHttp, WaitForARequestOnlySoLong) {
  EXPECT_THAT(sh("mkfifo open; exec 3<>open; printf 'GET /metrics HTTP/1.1\\r\\n' >&3; "
                 "mapctl metrics --http <open")
                  .out,
              StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST_F(MetricsOverHttp, TellAFailureToTheClientAndInTheLog) {
  const Outcome outcome =
      sh("printf 'GET /metrics HTTP/1.1\\r\\n\\r\\n' | mapctl metrics --http nosuch");
  EXPECT_EQ(outcome.exit, 3);
  EXPECT_THAT(outcome.out, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("nosuch")));
  EXPECT_THAT(outcome.err, HasSubstr("there is no map 'nosuch'"));
}

TEST_F(MetricsOverHttp, AreServedThroughASocketOfSystemd) {
  sh("ip link set lo up");
  const Background socket(
      "exec systemd-socket-activate --accept --inetd -l 127.0.0.1:9987 $(command -v mapctl) "
      "metrics --http m");
  ASSERT_TRUE(comes_true([] { return sh("curl -s http://127.0.0.1:9987/metrics").exit == 0; }));
  EXPECT_EQ(sh("curl -sS --fail http://127.0.0.1:9987/metrics").out, sh("mapctl metrics m").out);
  EXPECT_EQ(sh("curl -sS --fail --compressed -d x http://127.0.0.1:9987/metrics").exit, 22);
  EXPECT_EQ(sh("curl -sS -o /dev/null -w '%{http_code}' http://127.0.0.1:9987/").out, "404");
  EXPECT_EQ(sh("curl -sS -I http://127.0.0.1:9987/metrics | head -n 1").out, "HTTP/1.1 200 OK\r\n");
  EXPECT_EQ(
      sh("curl -sS -o /dev/null -w '%{http_code}' -H \"A: $(yes | head -c 60000 | tr -d '\\n')\" "
         "http://127.0.0.1:9987/metrics")
          .out,
      "431");
}

}  // namespace
}  // namespace mapctl::test
