#include "cli/filter/packet_rules.hpp"

#include <gtest/gtest.h>

#include "cli/filter/caller_guard.hpp"
#include "support/layouts.hpp"

namespace mapctl::test {
namespace {

using namespace cli;
using namespace layouts;

Schema filter_schema() { return {.key = rule_key(), .value = rule_value()}; }

Packet ssh_packet() { return {.source = "192.0.2.7", .destination = "198.51.100.1", .port = 22}; }

Bytes rule(const std::string& text) { return encode(rule_key(), text); }

Bytes action(const char* text) { return encode(rule_value(), text); }

/// A set of rules, searched like a trie.
class Rules {
 public:
  Rules& with(const std::string& text, const char* verdict) {
    changes_.put(rule(text), action(verdict));
    return *this;
  }

  LongestMatch match() const {
    return [this](ByteView key) {
      return changes_.longest(key, [](ByteView) { return std::nullopt; });
    };
  }

 private:
  RuleChanges changes_;
};

/// The text of the rule that decides about an SSH packet.
std::string deciding(const Rules& rules, Sides sides = Sides::source) {
  const PacketRules packet = *PacketRules::of(filter_schema(), ssh_packet(), sides);
  const std::optional<Match> match = packet.deciding(rules.match());
  if (!match) return "none";
  return packet.text(match->prefix) + (packet.drops(match->value) ? " drops" : " passes");
}

TEST(VerdictField, IsTheFirstMemberThatCanSayDrop) {
  EXPECT_EQ(find_action(layouts::action()).value().offset, 0U);
  const Layout behind =
      structure(12, {at(0, "tag", unsigned_int(4)), at(4, "action", layouts::action()),
                     at(8, "later", layouts::action())});
  EXPECT_EQ(find_action(behind).value().offset, 4U);
  EXPECT_TRUE(has_word(*find_action(behind).value().type, "pass"));
  EXPECT_FALSE(find_action(structure(4, {at(0, "level", layouts::level())})));
}

TEST(PacketRules, NothingDecidesWhereNoRuleMatches) {
  EXPECT_EQ(deciding(Rules{}), "none");
  EXPECT_EQ(deciding(Rules{}
                         .with("10.0.0.0/8", "drop")
                         .with("udp from 192.0.2.7", "drop")
                         .with("tcp/23 from 192.0.2.7", "drop")
                         .with("tcp/22 from 192.0.2.8", "drop")
                         .with("::/0", "drop")),
            "none");
}

TEST(PacketRules, TheLongestPrefixDecides) {
  EXPECT_EQ(deciding(Rules{}.with("192.0.2.0/24", "drop").with("192.0.2.0/25", "pass")),
            "192.0.2.0/25 passes");
  EXPECT_EQ(deciding(Rules{}.with("192.0.2.7", "drop").with("tcp/22 from 192.0.2.0/24", "pass")),
            "192.0.2.7/32 drops");
  EXPECT_EQ(deciding(Rules{}.with("default", "drop").with("0.0.0.0/0", "pass")),
            "0.0.0.0/0 passes");
  EXPECT_EQ(deciding(Rules{}.with("default", "drop")), "default drops");
}

TEST(PacketRules, AmongEqualPrefixesTheMoreSpecificServiceDecides) {
  Rules rules;
  rules.with("192.0.2.0/24", "drop").with("tcp from 192.0.2.0/24", "pass");
  EXPECT_EQ(deciding(rules), "tcp from 192.0.2.0/24 passes");
  rules.with("tcp/22 from 192.0.2.0/24", "drop");
  EXPECT_EQ(deciding(rules), "tcp/22 from 192.0.2.0/24 drops");
}

TEST(PacketRules, ARuleThatHasEndedDoesNotDecide) {
  Schema schema = filter_schema();
  schema.value = structure(
      8, {at(0, "action", layouts::action()), at(4, "expires", unsigned_int(4), Role::end)});
  const PacketRules packet = *PacketRules::of(schema, ssh_packet());
  RuleChanges changes;
  const auto put = [&](const char* key, const char* value) {
    changes.put(rule(key), encode(schema.value, value));
  };
  const auto text = [&](Moment moment) {
    const LongestMatch rules = [&](ByteView key) {
      return changes.longest(key, [](ByteView) { return std::nullopt; });
    };
    const std::optional<Match> match = packet.deciding(rules, moment);
    return match ? packet.text(match->prefix) : "none";
  };
  put("192.0.2.7", "pass,expires=2020-01-01T00:00Z");
  put("tcp/22 from 192.0.2.7", "drop,expires=2020-01-01T00:00Z");
  EXPECT_EQ(text(Moment::now), "none");
  put("192.0.2.0/24", "pass,expires=2099-01-01T00:00Z");
  put("default", "drop");
  EXPECT_EQ(text(Moment::now), "192.0.2.0/24");
  EXPECT_EQ(text(Moment::after_all_ends), "default");
}

TEST(PacketRules, LooksAtDestinationsOnlyWhereTheProgramDoes) {
  Rules rules;
  rules.with("192.0.2.0/24", "pass").with("to 198.51.100.1", "drop");
  EXPECT_EQ(deciding(rules), "192.0.2.0/24 passes");
  EXPECT_EQ(deciding(rules, Sides::both), "to 198.51.100.1/32 drops");
}

TEST(PacketRules, AmongEqualPrefixesAndServicesTheSourceDecides) {
  Rules rules;
  rules.with("192.0.2.0/24", "pass").with("to 198.51.100.0/24", "drop");
  EXPECT_EQ(deciding(rules, Sides::both), "192.0.2.0/24 passes");
  rules.with("tcp to 198.51.100.0/24", "drop");
  EXPECT_EQ(deciding(rules, Sides::both), "tcp to 198.51.100.0/24 drops");
  rules.with("tcp/22 from 192.0.2.0/24", "pass");
  EXPECT_EQ(deciding(rules, Sides::both), "tcp/22 from 192.0.2.0/24 passes");
}

TEST(PacketRules, FindsARuleThatDropsBehindThoseThatPass) {
  const PacketRules packet = *PacketRules::of(filter_schema(), ssh_packet());
  const Rules passing = Rules{}.with("192.0.2.0/24", "pass").with("tcp from 192.0.2.7", "pass");
  EXPECT_FALSE(packet.dropping(passing.match()));
  const Rules hiding = Rules{passing}.with("192.0.0.0/16", "drop");
  EXPECT_EQ(packet.text(packet.dropping(hiding.match()).value().prefix), "192.0.0.0/16");
}

TEST(PacketRules, ConcernsWhatMatchesThePacketAlone) {
  const PacketRules packet = *PacketRules::of(filter_schema(), ssh_packet());
  for (const char* text :
       {"default", "0.0.0.0/0", "192.0.2.0/29", "tcp from 192.0.0.0/9", "tcp/22 from 192.0.2.7"})
    EXPECT_TRUE(packet.concerns(rule(text))) << text;
  for (const char* text : {"::/0", "192.0.2.8/29", "192.0.2.6", "udp from 0.0.0.0/0",
                           "tcp/80 from 192.0.2.7", "128.0.0.0/2"})
    EXPECT_FALSE(packet.concerns(rule(text))) << text;
}

TEST(PacketRules, AreThereOnlyWhereKeysAreRulesAndValuesCanDrop) {
  EXPECT_FALSE(PacketRules::of({.key = cidr4_struct(), .value = rule_value()}, ssh_packet()));
  EXPECT_FALSE(PacketRules::of({.key = rule_key(), .value = unsigned_int(4)}, ssh_packet()));
  EXPECT_TRUE(PacketRules::of({.key = rule_key(), .value = layouts::action()}, ssh_packet()));
  EXPECT_FALSE(PacketRules::of(filter_schema(), {.source = "UNKNOWN", .port = 22}));
}

TEST(PacketRules, KnowIpv6) {
  const PacketRules packet = *PacketRules::of(
      filter_schema(), {.source = "2001:db8::7", .destination = "2001:db8::1", .port = 22});
  EXPECT_TRUE(packet.concerns(rule("2001:db8::/33")));
  EXPECT_FALSE(packet.concerns(rule("0.0.0.0/0")));
  EXPECT_EQ(packet.strongest(), "tcp/22 from 2001:db8::7");
}

TEST(RuleChanges, HideWhatTheyReplaceAndDelete) {
  const Rules before =
      Rules{}.with("192.0.2.7", "pass").with("192.0.2.0/24", "pass").with("default", "drop");
  RuleChanges changes;
  const auto longest = [&] {
    return changes.longest(rule("192.0.2.7"), before.match()).value_or(Match{});
  };
  EXPECT_EQ(longest().prefix, rule("192.0.2.7"));
  changes.erase(rule("192.0.2.7"));
  EXPECT_EQ(longest().prefix, rule("192.0.2.0/24"));
  changes.put(rule("192.0.2.0/24"), action("drop"));
  EXPECT_EQ(longest().value, action("drop"));
  changes.erase(rule("192.0.2.0/24"));
  EXPECT_EQ(longest().prefix, rule("default"));
  changes.erase(rule("default"));
  EXPECT_FALSE(changes.longest(rule("192.0.2.7"), before.match()));
}

std::string connection(std::string_view text) {
  const std::optional<SshConnection> parsed = parse_ssh_connection(text);
  return parsed ? parsed->client + " > " + parsed->server + " " + std::to_string(parsed->port) : "";
}

TEST(SshConnection, IsReadAsSshWritesIt) {
  EXPECT_EQ(connection("192.0.2.7 50000 198.51.100.1 22"), "192.0.2.7 > 198.51.100.1 22");
  EXPECT_EQ(connection("::ffff:192.0.2.7 50000 ::ffff:198.51.100.1 2222"),
            "192.0.2.7 > 198.51.100.1 2222");
  EXPECT_EQ(connection("fe80::1%eth0 50000 fe80::2%eth0 22"), "fe80::1 > fe80::2 22");
  for (const char* text :
       {"", "192.0.2.7", "a b c d", "192.0.2.7 1 198.51.100.1 0", "192.0.2.7 1 198.51.100.1 65536"})
    EXPECT_EQ(connection(text), "") << text;
}

}  // namespace
}  // namespace mapctl::test
