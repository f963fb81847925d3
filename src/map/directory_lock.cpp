#include "map/directory_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

#include "map/error/kernel_error.hpp"

namespace mapctl {

namespace {

constexpr std::chrono::milliseconds between_attempts{20};

/// Its line in /proc/locks: "1: FLOCK  ADVISORY  WRITE 4711 00:2f:1 0 EOF".
pid_t holder_of(const Fd& directory) {
  struct stat status {};
  ::fstat(directory.get(), &status);
  const std::string file =
      fmt::format("{:02x}:{:02x}:{}", major(status.st_dev), minor(status.st_dev), status.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    int holder = 0;
    char locked[64] = {};
    if (std::sscanf(line.c_str(), "%*d: FLOCK %*s %*s %d %63s", &holder, locked) == 2 &&
        locked == file)
      return holder;
  }
  return 0;
}

}  // namespace

Fd lock_directory(const std::filesystem::path& directory, const KeepWaiting& keep_waiting) {
  Fd lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int error = lock ? 0 : errno;
  while (error == 0 && ::flock(lock.get(), LOCK_EX | (keep_waiting ? LOCK_NB : 0)) != 0) {
    if (errno != EINTR && errno != EWOULDBLOCK) error = errno;
    if (errno != EWOULDBLOCK) continue;
    if (!keep_waiting(holder_of(lock))) return {};
    std::this_thread::sleep_for(between_attempts);
  }
  if (error != 0)
    throw kernel_error(Operation::open, error, fmt::format("lock {}", directory.string()));
  return lock;
}

}  // namespace mapctl
