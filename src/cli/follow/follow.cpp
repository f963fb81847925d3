#include "cli/follow/follow.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <functional>

#include "cli/feed/etcd.hpp"
#include "cli/follow/follow_report.hpp"
#include "cli/follow/service.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/session/failure.hpp"

namespace mapctl::cli {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// One follower for each map and --where. A socket's name, unlike a pin, can be taken by one
/// process for any map, and it is free again however that process ends.
Fd only_follower(const Target& target, const Session& session) {
  Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  std::string part;
  for (const std::string& where : session.where) part += where + '\n';
  const std::string name = fmt::format("mapctl-sync-{}-{:x}", target.map.info().id,
                                       part.empty() ? 0 : std::hash<std::string>{}(part));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0) return socket;
  if (errno != EADDRINUSE)
    throw Failed({"system", Exit::internal, "cannot find out whether another process follows"});
  throw Failed({"busy",
                Exit::no,
                fmt::format("another process keeps {} equal to a source", target.map.label()),
                "two of them would undo each other's work",
                {"stop it first", "or give each its part of the map: --where"}});
}

/// SIGHUP asks for a comparison, and interrupts nothing.
Fd hangups() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGHUP);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  return Fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::unique_ptr<Feed> make_feed(const SyncPlan& plan, const FollowOptions& options,
                                const Target& target) {
  const InputOptions& input = plan.input;
  if (!input.command.empty() || input.file == "-") return make_line_feed(input.command);
  if (is_etcd_uri(input.file)) return make_etcd_feed(input.file, options.times);
  return make_file_feed(input, target);
}

/// What messages call it.
SyncPlan named(SyncPlan plan) {
  if (!plan.input.command.empty()) plan.input.file = plan.input.command;
  if (plan.input.file == "-") plan.input.file = "standard input";
  return plan;
}

class Follower {
 public:
  Follower(Target& target, const SyncPlan& plan, const FollowOptions& options,
           const Session& session)
      : options_(options),
        feed_(make_feed(plan, options, target)),
        mirror_(target, named(plan), options.guards, session),
        report_(target, mirror_, named(plan).input.file, options),
        hangups_(hangups()) {
    if (!options.state.empty() && std::filesystem::exists(options.state)) {
      mirror_.restore();
      read_files({.file = options.state, .format = InputFormat::jsonl}, target, mirror_);
    }
  }

  Exit run() {
    watch_interrupts();
    bool goes_on = true;
    while (!interrupted() && goes_on) {
      // What is restored is in force before the source is asked.
      if (mirror_.is_due() && !mirror_.apply()) break;
      report_.write_if_due();
      service_.tell(mirror_);
      wait();
      if (interrupted()) break;
      take_hangup();
      if (Clock::now() >= again_) compare_again();
      goes_on = feed_->step(mirror_);
    }
    if (!goes_on && mirror_.is_due()) mirror_.apply();
    report_.write();
    if (goes_on || mirror_.state() != Mirror::State::held)
      return goes_on || mirror_.has_applied() ? Exit::done : Exit::remote;
    return Exit::bad_data;
  }

 private:
  /// A signal that comes just before the poll does not end it.
  static constexpr milliseconds longest_wait{250};

  void wait() const {
    std::vector<pollfd> fds{{hangups_.get(), POLLIN, 0}};
    for (const int fd : feed_->readable()) fds.push_back({fd, POLLIN, 0});
    Clock::time_point end = Clock::now() + longest_wait;
    if (const auto due = feed_->due()) end = std::min(end, *due);
    // Once that time is past, it is for the source to go on.
    if (const auto next = mirror_.next_try(); next && *next > Clock::now())
      end = std::min(end, *next);
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
    ::poll(fds.data(), fds.size(), static_cast<int>(std::max<long>(left.count(), 0)));
  }

  void take_hangup() {
    signalfd_siginfo info{};
    if (::read(hangups_.get(), &info, sizeof info) == sizeof info) {
      feed_->take_again();
      compare_again();
    }
  }

  /// What others changed in the map is put right.
  void compare_again() {
    mirror_.compare_again();
    again_ = Clock::now() + milliseconds(options_.times.again);
  }

  const FollowOptions& options_;
  std::unique_ptr<Feed> feed_;
  Mirror mirror_;
  FollowReport report_;
  Service service_;
  Fd hangups_;
  Clock::time_point again_ = Clock::now() + milliseconds(options_.times.again);
};

}  // namespace

Exit follow(Target& target, const SyncPlan& plan, const FollowOptions& options,
            const Session& session) {
  const Fd lock = only_follower(target, session);
  return Follower(target, plan, options, session).run();
}

}  // namespace mapctl::cli
