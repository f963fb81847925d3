// doctor: looks at what keeps BPF maps and filters from working on this machine.

#include <cap-ng.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>

#include "cli/command/commands.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/row.hpp"
#include "filter/objects/interface.hpp"
#include "filter/objects/xdp_link.hpp"
#include "map/error/printable.hpp"
#include "mapctl/bpffs.hpp"
#include "mapctl/kernel_version.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

struct DoctorOptions {};

struct Finding {
  std::string check;
  std::string finding;
  std::string fix{};  ///< empty: nothing is wrong
};

/// The first line of a file; empty if it cannot be read.
std::string line_of(const fs::path& file) {
  std::string line;
  std::getline(std::ifstream(file), line);
  return line;
}

Finding bpffs_finding() {
  const fs::path directory = bpffs_directory();
  if (!on_bpffs(directory / "."))
    return {"bpffs", fmt::format("none is mounted at {}", directory.string()),
            fmt::format("mount -t bpf bpf {}", shell_word(directory.string()))};
  struct stat status {};
  const bool is_known = ::stat(directory.c_str(), &status) == 0;
  const bool is_open =
      is_known && (status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0;
  return {"bpffs", fmt::format("{}, mode {:04o}", directory.string(), status.st_mode & 07777U),
          is_open ? fmt::format("anybody may remove pins: chmod 1777 {}",
                                shell_word(directory.string()))
                  : ""};
}

Finding kernel_finding() {
  const KernelVersion kernel = running_kernel();
  std::vector<std::string> missing;
  for (const MapType type : types_newer_than(kernel))
    missing.push_back(fmt::format("{} ({})", type_name(type), version_text(*since(type))));
  std::string finding = fmt::format("Linux {}", version_text(kernel));
  if (!missing.empty()) finding += fmt::format(", without {}", fmt::join(missing, ", "));
  const bool is_old = kernel < KernelVersion{5, 6};
  return {"kernel", finding, is_old ? "Linux 5.6 reads and writes entries in batches" : ""};
}

Finding btf_finding() {
  const fs::path btf = "/sys/kernel/btf/vmlinux";
  if (std::error_code ignored; fs::exists(btf, ignored)) return {"BTF", btf.string()};
  return {"BTF", fmt::format("there is no {}: filters and counts need it", btf.string()),
          "use a kernel with CONFIG_DEBUG_INFO_BTF=y"};
}

Finding capability_finding() {
  constexpr std::pair<unsigned, std::string_view> needed[] = {{CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
                                                              {CAP_BPF, "CAP_BPF"},
                                                              {CAP_PERFMON, "CAP_PERFMON"},
                                                              {CAP_NET_ADMIN, "CAP_NET_ADMIN"}};
  std::vector<std::string_view> missing;
  for (const auto& [capability, name] : needed)
    if (capng_have_capability(CAPNG_EFFECTIVE, capability) == 0) missing.push_back(name);
  if (missing.empty()) return {"capabilities", "all that any command needs"};
  return {"capabilities", fmt::format("without {}", fmt::join(missing, ", ")),
          "run as root, or see docs/privileges.md for what each command needs"};
}

/// The kernel marks the chosen word with brackets.
Finding lockdown_finding() {
  const std::string line = line_of("/sys/kernel/security/lockdown");
  if (line.find("[confidentiality]") != line.npos)
    return {"lockdown", "confidentiality: programs may not read the kernel's memory",
            "boot with lockdown=integrity, or with lockdown=none"};
  return {"lockdown", line.empty() ? "not in this kernel, or not to be seen" : line};
}

Finding unprivileged_finding() {
  const std::string value = line_of("/proc/sys/kernel/unprivileged_bpf_disabled");
  const bool is_open = value == "0";
  const std::string_view who =
      is_open ? "every user may load programs" : "loading programs needs CAP_BPF";
  return {"unprivileged_bpf_disabled",
          value.empty() ? "cannot be read" : fmt::format("{}: {}", value, who),
          is_open ? "sysctl kernel.unprivileged_bpf_disabled=2" : ""};
}

/// Since Linux 5.11 memory of maps is accounted to control groups instead.
Finding memlock_finding() {
  constexpr rlim_t enough = rlim_t{64} << 20;
  rlimit limit{};
  if (running_kernel() >= KernelVersion{5, 11} || ::getrlimit(RLIMIT_MEMLOCK, &limit) != 0)
    return {"memlock", "no limit on maps"};
  return {"memlock", fmt::format("{} bytes for all maps of a user", limit.rlim_cur),
          limit.rlim_cur < enough ? "ulimit -l unlimited" : ""};
}

Finding interface_finding(const Interface& interface) {
  const Device device = device_of(interface.name);
  std::string finding =
      fmt::format("driver {}, MTU {}", device.driver.empty() ? "none" : device.driver, device.mtu);
  for (const XdpState& state : xdp_programs(interface.index))
    finding += fmt::format(", XDP program {} ({})", state.program_id,
                           state.mode ? name(*state.mode) : "in the card");
  return {"interface " + interface.name, finding};
}

std::vector<Finding> all_findings() {
  std::vector<Finding> findings{bpffs_finding(),      kernel_finding(),   btf_finding(),
                                capability_finding(), lockdown_finding(), unprivileged_finding(),
                                memlock_finding()};
  for (const Interface& interface : interfaces()) findings.push_back(interface_finding(interface));
  return findings;
}

Exit doctor(const DoctorOptions& /*options*/, const Session& session) {
  Results results(session, Document::list, {{"check"}, {"state"}, {"finding"}, {"fix"}});
  Exit exit = Exit::done;
  for (const Finding& each : all_findings()) {
    const bool is_good = each.fix.empty();
    if (!is_good) exit = Exit::no;
    Row(*results)
        .begin()
        .word("check", each.check)
        .word("state", is_good ? "ok" : "problem")
        .word("finding", printable(each.finding))
        .word("fix", is_good ? std::nullopt : std::optional<std::string_view>{each.fix})
        .end();
  }
  results.finish();
  return exit;
}

}  // namespace

const Command doctor_command("doctor", "look for what keeps BPF from working on this machine",
                             Types::none, action_of<doctor>, {},
                             "doctor\n"
                             "doctor -o json");

}  // namespace mapctl::cli
