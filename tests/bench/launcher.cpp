#include "launcher.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

extern char** environ;

namespace mapctl::bench {

namespace {

struct Reply {
  Run run;
  bool succeeded = false;
};

/// The arguments of a command, after the file for its output, each terminated by a NUL.
using Request = std::array<char, 4096>;

std::vector<char*> words_in(Request& request, std::size_t size) {
  std::vector<char*> words;
  for (std::size_t at = 0; at < size; at += std::char_traits<char>::length(&request[at]) + 1)
    words.push_back(&request[at]);
  words.push_back(nullptr);
  return words;
}

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_usec) / 1000;
}

Reply start(const char* output, char* const* argv) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  int status = 0;
  rusage usage{};
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv, environ);
  if (error == 0) wait4(child, &status, 0, &usage);
  posix_spawn_file_actions_destroy(&actions);
  return {.run = {milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime),
                  static_cast<double>(usage.ru_maxrss) / 1024},
          .succeeded = error == 0 && status == 0};
}

[[noreturn]] void serve(int socket) {
  Request request;
  for (;;) {
    const ssize_t size = recv(socket, request.data(), request.size(), 0);
    if (size <= 0) _exit(0);
    const std::vector<char*> words = words_in(request, static_cast<std::size_t>(size));
    const Reply reply = start(words[0], &words[1]);
    send(socket, &reply, sizeof reply, 0);
  }
}

}  // namespace

Launcher::Launcher() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error("cannot make a pair of sockets");
  requests_ = Fd(ends[0]);
  const Fd other(ends[1]);
  child_ = fork();
  if (child_ < 0) throw std::runtime_error("cannot fork");
  if (child_ > 0) return;
  close(ends[0]);
  serve(ends[1]);
}

Launcher::~Launcher() {
  requests_ = Fd();
  waitpid(child_, nullptr, 0);
}

Run Launcher::run(const Command& command, const std::string& output) const {
  std::string request = output + '\0';
  for (const std::string& word : command) request += word + '\0';
  if (request.size() > sizeof(Request)) throw std::runtime_error("the command is too long");
  Reply reply;
  send(requests_.get(), request.data(), request.size(), 0);
  if (recv(requests_.get(), &reply, sizeof reply, 0) != sizeof reply || !reply.succeeded)
    throw std::runtime_error(fmt::format("{} failed", fmt::join(command, " ")));
  return reply.run;
}

}  // namespace mapctl::bench
