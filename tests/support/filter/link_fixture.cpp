#include "support/filter/link_fixture.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "mapctl/pin.hpp"

namespace mapctl::test {

namespace {

Fd current_namespace() { return Fd(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)); }

void set_effective(std::uint32_t capability, bool on) {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  ASSERT_EQ(syscall(SYS_capget, &header, data), 0);
  __u32& effective = data[CAP_TO_INDEX(capability)].effective;
  effective = on ? effective | CAP_TO_MASK(capability) : effective & ~CAP_TO_MASK(capability);
  ASSERT_EQ(syscall(SYS_capset, &header, data), 0);
}

}  // namespace

OtherNamespace::OtherNamespace() : own_(current_namespace()) {
  EXPECT_EQ(unshare(CLONE_NEWNET), 0);
  other_ = current_namespace();
  EXPECT_EQ(setns(own_.get(), CLONE_NEWNET), 0);
}

std::string OtherNamespace::path() const {
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(other_.get());
}

int OtherNamespace::shell(const std::string& command) const {
  int status = -1;
  inside([&] { status = test::shell(command); });
  return status;
}

Peer::Peer() {
  EXPECT_EQ(test::shell("ip link set f1 netns " + namespace_.path()), 0);
  EXPECT_EQ(test::shell("ip addr add 10.77.0.1/24 dev f0 && ip link set f0 up"), 0);
  EXPECT_EQ(namespace_.shell("ip addr add 10.77.0.2/24 dev f1 && ip link set f1 up"), 0);
}

// The kernel may lose packets while a driver changes to native mode, so this asks again until there
// is an answer.
bool Peer::pings() const {
  return namespace_.shell("ping -c1 -w10 10.77.0.1 >/dev/null 2>&1") == 0;
}

bool Peer::is_ignored() const {
  return namespace_.shell("ping -c1 -W1 10.77.0.1 >/dev/null 2>&1") != 0;
}

WithoutSysAdmin::WithoutSysAdmin() { set_effective(CAP_SYS_ADMIN, false); }

WithoutSysAdmin::~WithoutSysAdmin() { set_effective(CAP_SYS_ADMIN, true); }

std::vector<std::string> pins() {
  std::vector<std::string> names;
  for_each_pin(bpffs, [&](const std::filesystem::path& pin) {
    const std::string name = pin.filename().string();
    if (name.starts_with("filter_")) names.push_back(name);
  });
  std::ranges::sort(names);
  return names;
}

std::uint32_t program_on(const std::string& interface) {
  std::uint32_t id = 0;
  EXPECT_EQ(bpf_xdp_query_id(static_cast<int>(if_nametoindex(interface.c_str())), 0, &id), 0);
  return id;
}

std::vector<Attached> load(const std::vector<std::string>& interfaces) {
  return filter_load(interfaces, {.pins = bpffs});
}

void purge() { filter_unload({}, bpffs, FilterRules::remove); }

namespace {

Fd foreign_program() {
  const bpf_insn instructions[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 2},
                                   {.code = BPF_JMP | BPF_EXIT}};
  return Fd(bpf_prog_load(BPF_PROG_TYPE_XDP, "foreign_prog", "GPL", instructions, 2, nullptr));
}

}  // namespace

void attach_foreign(const std::string& interface) {
  const Fd program = foreign_program();
  ASSERT_TRUE(program);
  const auto index = static_cast<int>(if_nametoindex(interface.c_str()));
  ASSERT_EQ(bpf_xdp_attach(index, program.get(), 0, nullptr), 0);
}

void pin_foreign(const std::string& interface, const std::filesystem::path& pin) {
  const Fd program = foreign_program();
  const auto index = static_cast<int>(if_nametoindex(interface.c_str()));
  const Fd link(bpf_link_create(program.get(), index, BPF_XDP, nullptr));
  ASSERT_TRUE(link);
  ASSERT_EQ(bpf_obj_pin(link.get(), pin.c_str()), 0);
}

}  // namespace mapctl::test
