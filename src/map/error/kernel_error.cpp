#include "map/error/kernel_error.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "map/error/debugging.hpp"
#include "map/error/printable.hpp"

namespace mapctl {

bool says_unsupported(int error) {
  return error == error_not_supported || error == EOPNOTSUPP || error == ENOSYS;
}

bool is_shortage(int error) { return error == EMFILE || error == ENFILE || error == ENOMEM; }

std::string errno_sentence(int error) {
  if (error == error_not_supported)
    return "the kernel refused with ENOTSUPP (Operation not supported)";
  const char* name = ::strerrorname_np(error);
  const char* text = ::strerrordesc_np(error);
  if (name == nullptr || text == nullptr)
    return fmt::format("the kernel refused with error number {}", error);
  return fmt::format("the kernel refused with {} ({})", name, text);
}

Explanation explain(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {.cause = Cause::not_found, .reason = "not found"};
    case EEXIST:
      return {.cause = Cause::exists, .reason = "it exists already"};
    case EPERM:
    case EACCES:
      return {.cause = Cause::permission, .reason = "permission denied"};
    case EMFILE:
      return {.cause = Cause::no_memory,
              .reason = "this process has too many open files",
              .fix = {"allow it more: ulimit -n 1024"}};
    case ENFILE:
      return {.cause = Cause::no_memory,
              .reason = "the system has too many open files",
              .fix = {"allow more: sysctl fs.file-max"}};
    case ENOMEM:
      return {.cause = Cause::no_memory, .reason = "the kernel has no memory for it"};
    case EBUSY:
    case EAGAIN:
    case EINTR:
    case EDEADLK:
    case ETIMEDOUT:
      return {.cause = Cause::busy,
              .reason = "it is in use just now",
              .why = errno_sentence(error),
              .fix = {"try again"}};
    case EOPNOTSUPP:
    case ENOSYS:
    case error_not_supported:
      return {.cause = Cause::unsupported, .reason = "this kernel cannot do that"};
    case EINVAL:
      return {.cause = Cause::invalid, .reason = errno_sentence(error)};
    default:
      return {.cause = Cause::other, .reason = errno_sentence(error)};
  }
}

namespace {

bool is_in_user_namespace() {
  constexpr ino_t initial = 0xEFFFFFFD;  // PROC_USER_INIT_INO
  struct stat own {};
  return ::stat("/proc/self/ns/user", &own) == 0 && own.st_ino != initial;
}

std::string ask_for(std::string_view capability) {
  if (::geteuid() != 0) return fmt::format("run it as root, or with {}", capability);
  if (is_in_user_namespace())
    return fmt::format(
        "run it with {} in the initial user namespace: this is the root of another one",
        capability);
  return fmt::format("run it with {}, which this root may have lost", capability);
}

}  // namespace

std::string as_root() {
  if (::geteuid() != 0) return "run as root";
  return is_in_user_namespace() ? "run as root of the initial user namespace"
                                : "run as root with all its capabilities";
}

Remedy as_root_or_with(std::string_view capability) {
  return {ask_for(capability), Remedy::gain_capability, {std::string{capability}}};
}

Explanation needs_capability(std::string_view what, std::string_view capability) {
  return {.cause = Cause::permission,
          .reason = fmt::format("permission denied: {} needs {}", what, capability),
          .fix = {as_root_or_with(capability)}};
}

Error kernel_error(Operation operation, int error, std::string attempt, Explanation explanation,
                   MapType type) {
  if (is_debugging())
    fmt::print(stderr, "mapctl: debug: {}: {}: {}\n", operation_name(operation), printable(attempt),
               error == 0 ? "refused by mapctl" : errno_sentence(error));
  return Error({.operation = operation,
                .cause = explanation.cause,
                .error_number = error,
                .type = type,
                .attempt = std::move(attempt),
                .reason = std::move(explanation.reason),
                .why = std::move(explanation.why),
                .fix = std::move(explanation.fix)});
}

Error kernel_error(Operation operation, int error, std::string attempt) {
  return kernel_error(operation, error, std::move(attempt), explain(error));
}

void throw_shortage(int error, std::string_view attempt) {
  if (is_shortage(error)) throw kernel_error(Operation::open, error, std::string{attempt});
}

}  // namespace mapctl
