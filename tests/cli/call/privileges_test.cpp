// docs/privileges.md says what each command needs; every cell of its table is tried here.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "privileges_page.hpp"
#include "support/shell/shell.hpp"

namespace mapctl::test {
namespace {

constexpr std::string_view introduction =
    R"(# Privileges: what each command needs

Made by `cli_tests`, which tries every cell: as `nobody`, with the capabilities in the head of the column, on maps and
a filter that root has pinned with the mode in the head of the column, in a bpffs where anyone may pin (mode 1777), and
with `kernel.unprivileged_bpf_disabled=2`, as Debian has it. A cell says `yes`, or what the message names as missing:
capabilities, `mode` (the mode of the pin does not let the caller open it like that) or `owner` (only the owner of the pin or of
the directory may remove it).

* The mode of a pin decides who may use a map: to print needs read permission, to change needs read and write
  permission. A capability is needed only to make maps, to load programs, and to find maps by id or by a name of the kernel.
* The types of a map are read by the id of its BTF, which needs CAP_SYS_ADMIN. Without it, keys and values are bytes, unless
  `--key-as`, `--value-as` or `--types` name the types, and what would lose the types (`save`, `resize`, `copy` into a new map) needs `--hex`.
* A user namespace gives no privilege over BPF: its root is treated like `nobody` outside.
* Two commands run for long. Once its buffers are open, `events` gives up all its capabilities. `filter load --confirm` keeps, while it
  waits for the answer, only those that keeping or undoing may need: CAP_NET_ADMIN (to put another program back), CAP_DAC_OVERRIDE and
  CAP_FOWNER (pins in a directory of another user), and CAP_BPF (for bpf(2) before Linux 5.19). With CAP_SETPCAP the bounding set is emptied, too.
* To look into the processes of others (`list --pids`) needs CAP_SYS_PTRACE.

)";

struct Column {
  std::string title;
  std::string capabilities;  ///< as setpriv takes them
  std::string mode;          ///< of the pins
  std::string wrapper{};
};

/// Whether root runs the command; the other columns are nobody's.
constexpr std::string_view root = "root";

const Column columns[] = {
    {"root", "", "600"},
    {"0600", "", "600"},
    {"0644", "", "644"},
    {"0666", "", "666"},
    {"BPF 0644", ",+bpf", "644"},
    {"BPF 0666", ",+bpf", "666"},
    {"NET_ADMIN 0666", ",+net_admin", "666"},
    {"PERFMON 0666", ",+perfmon", "666"},
    {"SYS_ADMIN 0666", ",+sys_admin", "666"},
    {"BPF, DAC_OVERRIDE 0600", ",+bpf,+dac_override", "600"},
    {"BPF, NET_ADMIN, PERFMON 0666", ",+bpf,+net_admin,+perfmon", "666"},
    {"user namespace 0666", "", "666", "unshare -Ur "},
};

struct Row {
  std::string title;
  std::string call;
};

const Row rows[] = {
    {"create (hash)", "create new -t hash -k u32 -v u32 -m 8"},
    {"create (lpm_trie)", "create new -t lpm_trie -k cidr4 -v u32 -m 8"},
    {"create (queue)", "create new -t queue -v u32 -m 8"},
    {"put", "put m hex:01000000 hex:02000000"},
    {"get", "get m hex:01000000"},
    {"del", "del m hex:01000000"},
    {"push", "push q hex:01000000"},
    {"peek", "peek q"},
    {"pop", "pop q"},
    {"next", "next m"},
    {"keys", "keys m"},
    {"dump", "dump m"},
    {"count", "count m"},
    {"clear", "clear m --yes"},
    {"expire", "expire m --value-as '{end:u32@end}'"},
    {"drain", "drain m --yes"},
    {"save", "save m -f new.saved"},
    {"save --hex", "save m --hex -f new.saved"},
    {"restore", "restore new -f saved"},
    {"load", "load m -f entries"},
    {"sync", "sync m -f entries --prune --yes"},
    {"diff", "diff m entries"},
    {"copy", "copy m other"},
    {"resize", "resize other -m 16"},
    {"list", "list"},
    {"show", "show m"},
    {"show id:N", "show id:$(cat id)"},
    {"watch", "watch m --timeout 0.01"},
    {"metrics", "metrics"},
    {"doctor", "doctor"},
    {"freeze", "freeze frozen --yes"},
    {"pin", "pin m new"},
    {"unpin", "unpin pinned --yes"},
    {"events", "events ring --timeout 0.01"},
    {"batch", "batch lines"},
    {"filter status", "filter status"},
    {"filter test", "filter test 'tcp 192.0.2.1 > 192.0.2.2:22'"},
    {"filter load", "filter load v1 --name second --yes"},
    {"filter unload", "filter unload v0 --yes"},
    {"version", "version"},
};

/// What root prepares for a column.
void prepare(const Column& column) {
  sh("mapctl filter unload --all --purge --yes; mapctl filter unload --all --name second --purge "
     "--yes; for m in m other q ring frozen pinned; do rm -f /sys/fs/bpf/$m; done; "
     "chmod 1777 /sys/fs/bpf .; "
     "for m in m other frozen pinned; do mapctl create $m -t hash -k u32 -v u32 -m 8; done; "
     "mapctl put m 1 2; mapctl create q -t queue -v u32 -m 8; mapctl push q 1; "
     "mapctl create ring -t ringbuf -m 4096; mapctl filter load v0 --yes; "
     "mapctl show m -o json | jq .id >id; mapctl save m -f saved; "
     "echo hex:01000000 hex:02000000 >entries; echo get m hex:01000000 >lines; "
     "chmod a+r *; chmod " +
     column.mode + " /sys/fs/bpf/*");
}

std::string call(const Row& row, const Column& column) {
  std::string as;
  if (column.title != root)
    as = fmt::format("{0}--inh-caps -all{1} --ambient-caps -all{1} ", as_nobody,
                     column.capabilities);
  return as + column.wrapper + "$(command -v mapctl) " + row.call;
}

/// "yes", or what the message names as missing.
std::string cell(const Row& row, const Column& column) {
  const Outcome outcome = sh(call(row, column));
  sh("rm -f /sys/fs/bpf/new new.saved");
  const bool is_permitted = outcome.exit == 0 || outcome.exit == 1;  // 1: the map is empty by now
  if (is_permitted) return "yes";
  std::set<std::string> missing;
  if (outcome.err.find("the mode of the pin") != std::string::npos) missing.insert("mode");
  for (const char* owner : {"only the owner", "it belongs to", "owner and mode of the old pin"})
    if (outcome.err.find(owner) != std::string::npos) missing.insert("owner");
  const std::regex capability("CAP_([A-Z_]+)");
  std::sregex_iterator found(outcome.err.begin(), outcome.err.end(), capability);
  for (; found != std::sregex_iterator(); ++found) missing.insert((*found)[1]);
  EXPECT_FALSE(missing.empty()) << row.call << ": " << outcome.err;
  return fmt::format("{}", fmt::join(missing, ", "));
}

std::string page_now() {
  std::string lines[std::size(rows)];
  std::string head = "| command |";
  std::string rule = "|---|";
  for (const Column& column : columns) {
    head += fmt::format(" {} |", column.title);
    rule += "---|";
    prepare(column);
    for (std::size_t i = 0; i < std::size(rows); ++i)
      lines[i] += fmt::format(" {} |", cell(rows[i], column));
  }
  std::string page = fmt::format("{}{}\n{}\n", introduction, head, rule);
  for (std::size_t i = 0; i < std::size(rows); ++i)
    page += fmt::format("| `{}` |{}\n", rows[i].title, lines[i]);
  return page;
}

TEST(Privileges, AreThoseThatThePageSays) {
  ASSERT_EQ(sh("cat /proc/sys/kernel/unprivileged_bpf_disabled").out, "2\n");
  sh("ip link add v0 type veth peer name v1");
  const std::string now = page_now();
  if (std::getenv("MAPCTL_RENEW_DOCS") != nullptr)
    std::ofstream(MAPCTL_SOURCE_DIR "/docs/privileges.md") << now;
  EXPECT_EQ(privileges_page, now)
      << "renew it: MAPCTL_RENEW_DOCS=1 cli_tests --gtest_filter=Privileges.*";
}

}  // namespace
}  // namespace mapctl::test
