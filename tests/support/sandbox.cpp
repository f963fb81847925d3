#include "support/sandbox.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace mapctl::test {

bool enter_sandbox() {
  if (unshare(CLONE_NEWNS | CLONE_NEWNET) != 0) return false;
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  // The old bpffs would stay alive in the copy of the mounts.
  umount2(bpffs.c_str(), MNT_DETACH);
  if (mount("bpf", bpffs.c_str(), "bpf", 0, nullptr) != 0) return false;
  // Each test works in an empty directory, so its files disappear with it.
  return mount("tmpfs", "/mnt", "tmpfs", 0, nullptr) == 0 && chdir("/mnt") == 0;
}

}  // namespace mapctl::test
