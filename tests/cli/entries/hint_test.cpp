// Files that say the types of maps which do not say them: types.d.

#include <nlohmann/json.hpp>

#include "shipped_files.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

/// The caller's own folder of hints.
class Hints : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("mount -t tmpfs tmp /mnt && mkdir -p " + folder), IsSilent());
    ASSERT_EQ(setenv("XDG_CONFIG_HOME", "/mnt", 1), 0);
  }
  void TearDown() override { sh("umount /mnt"); }

  static void write(const std::string& name, const std::string& text) {
    ASSERT_THAT(sh("cat >" + folder + "/" + name + " <<'END'\n" + text + "\nEND"), IsSilent());
  }

  static json shown(const std::string& map) {
    return json::parse(sh("mapctl show -o json " + map).out, nullptr, false);
  }

  inline static const std::string folder = "/mnt/mapctl/types.d";
};

TEST_F(Hints, AreTheTypesOfAMapThatHasNone) {
  write("a.json", R"([{"map": "fl*", "key": "ipv4", "value": "{hits:u32,last:u32}"}])");
  sh("mapctl create flows -t hash -k 4 -v 8 -m 8; mapctl create other -t hash -k 4 -v 8 -m 8");
  EXPECT_THAT(sh("mapctl put flows 192.0.2.7 hits=5 && mapctl dump flows"),
              Prints("192.0.2.7\thits=5,last=0\n"));
  EXPECT_EQ(shown("flows")["key"], "ipv4");
  EXPECT_EQ(shown("flows")["key_from"], folder + "/a.json");
  EXPECT_EQ(shown("flows")["value_from"], folder + "/a.json");
  EXPECT_EQ(shown("other")["key_from"], json());
}

TEST_F(Hints, SayMoreOfBareIntegersAndNothingOfOtherTypes) {
  write("a.json", R"([{"map": "m", "key": "ipv4", "value": "u64"}])");
  sh("mapctl create m -t hash -k u32 -v '{a:u32,b:u32}' -m 8");
  EXPECT_THAT(sh("mapctl put m 192.0.2.7 a=1,b=2 && mapctl dump m"),
              Prints("192.0.2.7\ta=1,b=2\n"));
  EXPECT_EQ(shown("m")["key_from"], folder + "/a.json");
  EXPECT_EQ(shown("m")["value_from"], "BTF");
}

TEST_F(Hints, ComeFromAFileThatIsNamedBeforeOrAfterTheCommand) {
  write("other.types", R"([{"map": "m", "key": "ipv4"}])");
  sh("mapctl create m -t hash -k 4 -v 4 -m 8; mapctl put m hex:00000001 2");
  const std::string option = " --types " + folder + "/other.types";
  EXPECT_THAT(sh("mapctl dump m" + option), Prints("0.0.0.1\t2\n"));
  EXPECT_THAT(sh("mapctl" + option + " dump m"), Prints("0.0.0.1\t2\n"));
}

TEST_F(Hints, AreOverruledByOptions) {
  write("a.json", R"([{"map": "m", "key": "ipv4"}])");
  sh("mapctl create m -t hash -k 4 -v 4 -m 8; mapctl put m 0.0.0.1 2");
  EXPECT_THAT(sh("mapctl dump m --key-as be32"), Prints("1\t2\n"));
  EXPECT_THAT(sh("mapctl dump m --hex"), Prints("hex:00000001\thex:02000000\n"));
}

const std::string nobody = "setpriv --reuid 65534 --clear-groups mapctl ";

TEST_F(Hints, GiveTypesToUsersWhoMayNotReadThem) {
  sh("mapctl create m -t hash -k ipv4 -v '{port:be16,hits:u64@counter}' -m 8 --mode 0644; "
     "mapctl put m 192.0.2.7 port=443,hits=5; mapctl show m --types >/mnt/types.json");
  EXPECT_THAT(sh(nobody + "get m 192.0.2.7").out, HasSubstr("hex:"));
  EXPECT_THAT(sh(nobody + "get m 192.0.2.7 --types /mnt/types.json"), Prints("port=443,hits=5\n"));
  EXPECT_THAT(sh(nobody + "dump m --types /mnt/types.json --where 'hits > 4'"),
              Prints("192.0.2.7\tport=443,hits=5\n"));
  sh("cp /mnt/types.json " + folder);
  EXPECT_THAT(sh(nobody + "get m 192.0.2.7"), Prints("port=443,hits=5\n"));
}

TEST_F(Hints, OfANamedFileGoBeforeTheTypesOfTheMapAndHaveToBeRight) {
  sh("mapctl create m -t hash -k u32 -v '{a:u32,b:u32}' -m 8; mapctl put m 1 a=1,b=2");
  sh("echo '[{\"map\":\"m\",\"value\":\"{first:u32,second:u32}\"}]' >/mnt/types.json");
  EXPECT_THAT(sh("mapctl dump m --types /mnt/types.json"), Prints("1\tfirst=1,second=2\n"));
  EXPECT_THAT(sh("mapctl dump m --types /mnt/absent"), Fails(3, "/mnt/absent"));
  EXPECT_THAT(sh("echo x >/mnt/bad; mapctl dump m --types /mnt/bad"),
              Fails(2, "/mnt/bad: it is no"));
}

TEST_F(Hints, AreNotNeededForTheMapsOfTheFilter) {
  sh("ip link add v0 type veth peer name v1; mapctl filter load v0; "
     "mapctl put filter_map 10.0.0.0/8 drop; chmod 0644 /sys/fs/bpf/filter_map");
  EXPECT_THAT(sh(nobody + "dump filter_map"), Prints(sh("mapctl dump filter_map").out));
  sh("mapctl filter unload --all --purge --yes; ip link delete v0");
}

TEST_F(Hints, OfAnotherSizeAreAboutAnotherMap) {
  write("a.json", R"([{"map": "m", "key": "u64"}, {"map": "m", "key": "ipv4"}])");
  sh("mapctl create m -t hash -k 4 -v 4 -m 8");
  EXPECT_THAT(sh("mapctl put m 192.0.2.7 1"), IsSilent());
}

TEST_F(Hints, OfATrieAreItsPrefixes) {
  write("a.json", R"([{"map": "m", "key": "{prefixlen:u32,vni:u32,addr:ipv4}"}])");
  sh("mapctl create m -t lpm_trie -k 12 -v 4 -m 8");
  EXPECT_THAT(sh("mapctl put m vni=7,addr=10.0.0.0/8 1 && mapctl keys m"),
              Prints("vni=7,addr=10.0.0.0/8\n"));
}

TEST_F(Hints, CanBeForTheMapsOfOneProgram) {
  sh("ip link add v0 type veth peer name v1; mapctl filter load v0 -m 8");
  write("a.json", R"([{"map": "filter_*", "program": "nobody", "value": "mac"},
                      {"map": "filter_st*", "program": "mapctl_*", "key": "be32"}])");
  EXPECT_THAT(sh("mapctl count filter_map"), Prints("0\n"));
  sh("ip link delete v0; rm -rf /sys/fs/bpf/*");
}

TEST_F(Hints, OfOthersAreRefused) {
  sh("mapctl create m -t hash -k 4 -v 4 -m 8; mapctl put m 1 1");
  const auto is_refused = [](const std::string& reason) {
    return AllOf(testing::Field(&Outcome::out, "1\t1\n"),
                 testing::Field(&Outcome::err, HasSubstr("are not used: " + reason)));
  };
  write("a.json", R"([{"map": "m", "key": "ipv4"}])");
  sh("chown 65534 " + folder + "/a.json");
  EXPECT_THAT(sh("mapctl dump m"), is_refused("it belongs to "));
  sh("chown 0 " + folder + "/a.json; chmod 0666 " + folder + "/a.json");
  EXPECT_THAT(sh("mapctl dump m"), is_refused("others may write to it"));
  sh("chmod 0644 " + folder + "/a.json; chmod 0777 " + folder);
  EXPECT_THAT(sh("mapctl dump m"), is_refused("others may write to it"));
  sh("chmod 0755 " + folder);
  EXPECT_THAT(sh("mapctl dump m"), Prints("1.0.0.0\t1\n"));
}

TEST_F(Hints, ThatAreWrongAreNamed) {
  sh("mapctl create m -t hash -k 4 -v 4 -m 8; mapctl put m 1 1");
  for (const auto& [text, reason] :
       {std::pair{"[", "it is no list of objects that name a map"},
        std::pair{R"([{"key": "ipv4"}])", "it is no list of objects that name a map"},
        std::pair{R"([{"map": "m", "kye": "ipv4"}])", "it says 'kye'"},
        std::pair{R"([{"map": "m", "key": "ipv5"}])", "cannot read the type 'ipv5'"}}) {
    write("a.json", text);
    const Outcome outcome = sh("mapctl dump m");
    EXPECT_EQ(outcome.out, "1\t1\n");
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(folder + "/a.json"), HasSubstr(reason)));
  }
}

// Suricata 6 and 7: ebpf/xdp_filter.c says how its tables of bypassed flows are laid out.
TEST_F(Hints, OfSuricataAreShipped) {
  write("suricata.json", suricata_hints);
  sh("mapctl create flow_table_v4 -t percpu_hash -k 16 -v 16 -m 8; "
     "mapctl put flow_table_v4 hex:c00002070a000001c00001bb4b000500 "
     "hex:02000000000000000100000000000000");
  EXPECT_THAT(
      sh("mapctl dump flow_table_v4 --sum | sed 's/packets=[0-9]*,bytes=[0-9]*/N/'"),
      Prints("src=192.0.2.7,dst=10.0.0.1,sport=49152,dport=443,is_tcp=1,vlan0=37,vlan1=5\tN\n"));
  sh("mapctl create flow_table_v6 -t percpu_hash -k 40 -v 16 -m 8");
  EXPECT_EQ(shown("flow_table_v6")["value_from"], folder + "/suricata.json");
}

TEST_F(Hints, OfXdpFilterAreShipped) {
  write("xdp-filter.json", xdp_filter_hints);
  ASSERT_EQ(
      sh("mount -t tmpfs tmp /run; ip link add v0 type veth peer name v1; xdp-filter load v0").exit,
      0);
  EXPECT_EQ(sh("xdp-filter ip 10.0.0.3 -m src; xdp-filter ip 2001:db8::1 -m dst; xdp-filter ether "
               "02:00:00:00:00:01 -m src")
                .exit,
            0);
  const std::string maps = "/sys/fs/bpf/xdp-filter/";
  EXPECT_THAT(sh("mapctl keys " + maps + "filter_ipv4"), Prints("10.0.0.3\n"));
  EXPECT_THAT(sh("mapctl keys " + maps + "filter_ipv6"), Prints("2001:db8::1\n"));
  EXPECT_THAT(sh("mapctl keys " + maps + "filter_ethernet"), Prints("addr=02:00:00:00:00:01\n"));
  EXPECT_THAT(sh("mapctl put " + maps + "filter_ports port=443 10; xdp-filter status").out,
              HasSubstr("dst,udp"));
  EXPECT_THAT(sh("mapctl get " + maps + "xdp_stats_map drop --sum"), Prints("packets=0,bytes=0\n"));
  EXPECT_EQ(shown(maps + "filter_ipv4")["key_from"], folder + "/xdp-filter.json");
  EXPECT_EQ(shown(maps + "filter_ethernet")["key_from"], "BTF");
  sh("ip link delete v0; rm -rf /sys/fs/bpf/xdp*; umount /run");
}

}  // namespace
}  // namespace mapctl::test
