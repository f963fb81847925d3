#include "mapctl/fd.hpp"

#include <unistd.h>

namespace mapctl {

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace mapctl
