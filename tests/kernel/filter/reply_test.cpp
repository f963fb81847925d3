// Packets that are replies, where the default rule drops: a filter with --replies, --established.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "mapctl/filter/packet.hpp"
#include "mapctl/filter/probe.hpp"
#include "support/filter/link_fixture.hpp"
#include "support/filter/packets.hpp"

namespace mapctl::test {
namespace {

/// An address of this host; both families look alike to the tests.
struct Host {
  int family;
  std::string address;
  std::string text;  ///< as packets are described
};

sockaddr_storage address_of(const Host& host, std::uint16_t port) {
  sockaddr_storage storage{};
  if (host.family == AF_INET) {
    auto* const address = reinterpret_cast<sockaddr_in*>(&storage);
    address->sin_port = htons(port);
    inet_pton(AF_INET, host.address.c_str(), &address->sin_addr);
  } else {
    auto* const address = reinterpret_cast<sockaddr_in6*>(&storage);
    address->sin6_port = htons(port);
    inet_pton(AF_INET6, host.address.c_str(), &address->sin6_addr);
  }
  storage.ss_family = static_cast<sa_family_t>(host.family);
  return storage;
}

/// A socket that is bound to a free port of the host.
class Socket {
 public:
  Socket(const Host& host, int type) : host_(host), fd_(::socket(host.family, type, 0)) {
    const sockaddr_storage any = address_of(host, 0);
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
  }

  void listen() { EXPECT_EQ(::listen(fd_.get(), 1), 0); }
  void connect(std::uint16_t port) {
    const sockaddr_storage to = address_of(host_, port);
    EXPECT_EQ(::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  }

  std::uint16_t port() const {
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    EXPECT_EQ(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&own), &size), 0);
    return ntohs(own.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&own)->sin_port
                                          : reinterpret_cast<sockaddr_in6*>(&own)->sin6_port);
  }

 private:
  Host host_;
  Fd fd_;
};

/// A client of this host that is connected to a server of it.
struct Connection {
  explicit Connection(const Host& host) : server(host, SOCK_STREAM), client(host, SOCK_STREAM) {
    server.listen();
    client.connect(server.port());
  }

  Socket server;
  Socket client;
};

class FilterReplies : public FilterLinks {
 protected:
  FilterReplies() { shell("ip link set lo up"); }

  /// Loads a filter that drops by default; the probe asks a copy of its program.
  void load(FilterLoadOptions options) {
    if (!veth_) veth_.emplace();
    options.pins = bpffs;
    filter_load({"f0"}, options);
    RuleMap().put("default", "drop");
    probe_.emplace(FilterPins{bpffs});
  }

  FilterVerdict ask(const std::string& packet) { return probe_->ask(frame_of(packet)).verdict; }

  /// What happens to a packet from one port to another.
  FilterVerdict ask(const Host& host, const char* protocol, std::uint16_t from, std::uint16_t to) {
    return ask(fmt::format("{} {}:{} > {}:{}", protocol, host.text, from, host.text, to));
  }

  const std::vector<Host> hosts{{AF_INET, "127.0.0.1", "127.0.0.1"}, {AF_INET6, "::1", "[::1]"}};

 private:
  std::optional<VethPair> veth_;
  std::optional<FilterProbe> probe_;
};

TEST_F(FilterReplies, PassToConnectionsAndNotToListeners) {
  load({.replies = true});
  for (const Host& host : hosts) {
    const auto [server, client] = Connection(host);
    EXPECT_EQ(ask(host, "tcp", server.port(), client.port()), FilterVerdict::pass_reply);
    EXPECT_EQ(ask(host, "tcp", client.port(), server.port()), FilterVerdict::pass_reply);
    EXPECT_EQ(ask(host, "tcp", 1, server.port()), FilterVerdict::drop_default);
    EXPECT_EQ(ask(host, "tcp", server.port(), 1), FilterVerdict::drop_default);
    EXPECT_EQ(ask(host, "udp", server.port(), client.port()), FilterVerdict::drop_default);
  }
}

TEST_F(FilterReplies, PassToConnectedUdpOnly) {
  load({.replies = true});
  for (const Host& host : hosts) {
    const Socket server(host, SOCK_DGRAM);
    Socket client(host, SOCK_DGRAM);
    EXPECT_EQ(ask(host, "udp", server.port(), client.port()), FilterVerdict::drop_default);
    client.connect(server.port());
    EXPECT_EQ(ask(host, "udp", server.port(), client.port()), FilterVerdict::pass_reply);
    EXPECT_EQ(ask(host, "udp", 1, client.port()), FilterVerdict::drop_default);
    EXPECT_EQ(ask(host, "udp", client.port(), server.port()), FilterVerdict::drop_default);
  }
}

TEST_F(FilterReplies, PassAnswersToPingsAndErrors) {
  load({.replies = true});
  for (const char* type : {"0", "3", "11", "12"})
    EXPECT_EQ(ask(fmt::format("icmp 192.0.2.1 type {}", type)), FilterVerdict::pass_reply);
  for (const char* type : {"1", "2", "3", "4", "129"})
    EXPECT_EQ(ask(fmt::format("icmp6 2001:db8::1 type {}", type)), FilterVerdict::pass_reply);
  for (const char* type : {"5", "8", "13"})
    EXPECT_EQ(ask(fmt::format("icmp 192.0.2.1 type {}", type)), FilterVerdict::drop_default);
  for (const char* type : {"0", "128", "130"})
    EXPECT_EQ(ask(fmt::format("icmp6 2001:db8::1 type {}", type)), FilterVerdict::drop_default);
  EXPECT_EQ(ask("icmp 192.0.2.1 fragment 9"), FilterVerdict::drop_default);
}

TEST_F(FilterReplies, AreDroppedByRulesForTheirAddressAndWithoutTheOption) {
  const Host& host = hosts[0];
  const auto [server, client] = Connection(host);
  load({.replies = true});
  RuleMap rules;
  rules.put("tcp from 0.0.0.0/0", "drop");
  EXPECT_EQ(ask(host, "tcp", server.port(), client.port()), FilterVerdict::pass_reply);
  rules.put("127.0.0.0/8", "drop");
  EXPECT_EQ(ask(host, "tcp", server.port(), client.port()), FilterVerdict::drop_rule);
  rules.erase("127.0.0.0/8");
  load({});
  EXPECT_EQ(ask(host, "tcp", server.port(), client.port()), FilterVerdict::drop_rule);
}

TEST_F(FilterReplies, AreFoundByTheirSourceAlsoIfRulesByDestinationAreLookedUp) {
  load({.destinations = true, .replies = true});
  for (const Host& host : hosts) {
    const auto [server, client] = Connection(host);
    EXPECT_EQ(ask(host, "tcp", server.port(), client.port()), FilterVerdict::pass_reply);
    EXPECT_EQ(ask(host, "tcp", 1, server.port()), FilterVerdict::drop_default);
  }
}

TEST_F(FilterReplies, AreNotCountedByTheRuleThatWouldDropThem) {
  const Peer peer;
  filter_load({peer.interface()}, {.pins = bpffs, .replies = true});
  RuleMap rules;
  rules.put("default", "drop");
  EXPECT_EQ(shell("ping -c 1 -w 10 10.77.0.2 >/dev/null"), 0);
  EXPECT_TRUE(peer.is_ignored());
  const FilterStatus status = filter_status(bpffs);
  EXPECT_EQ(status.totals[static_cast<std::size_t>(FilterVerdict::pass_reply)].packets, 1U);
  EXPECT_EQ(rules.counted("default").packets,
            status.totals[static_cast<std::size_t>(FilterVerdict::drop_default)].packets);
  EXPECT_EQ(status.links.at(0).replies, true);
  EXPECT_EQ(status.links.at(0).established, false);
}

TEST_F(FilterReplies, EstablishedPassesTcpWithAckOrRst) {
  const OtherNamespace other;
  const VethPair host("h0", "h1");
  ASSERT_EQ(shell("ip addr add 10.2.2.1/24 dev h0 && ip link set h0 up && ip link set h1 netns " +
                  other.path()),
            0);
  ASSERT_EQ(other.shell("ip addr add 10.2.2.2/24 dev h1 && ip link set h1 up"), 0);
  filter_load({"h0"}, {.pins = bpffs, .established = true});
  RuleMap().put("default", "drop");
  // A closed port answers with RST and ACK, which comes back; nothing comes in.
  EXPECT_EQ(shell("timeout 10 bash -c '</dev/tcp/10.2.2.2/9' 2>&1 | grep -q refused"), 0);
  EXPECT_NE(other.shell("timeout 1 bash -c '</dev/tcp/10.2.2.1/9' 2>&1 | grep -q refused"), 0);
  EXPECT_EQ(filter_status(bpffs).links.at(0).established, true);
}

}  // namespace
}  // namespace mapctl::test
