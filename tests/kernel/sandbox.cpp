#include "sandbox.hpp"

#include <sched.h>
#include <sys/mount.h>

namespace mapctl::test {

bool enter_sandbox() {
  return unshare(CLONE_NEWNS | CLONE_NEWNET) == 0 &&
         mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("bpf", bpffs.c_str(), "bpf", 0, nullptr) == 0;
}

}  // namespace mapctl::test
