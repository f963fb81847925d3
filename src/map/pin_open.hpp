#pragma once
// Opens a pin of any kind, and explains why that, pinning and unpinning fail.

#include <cstdint>
#include <filesystem>
#include <optional>

#include "map/bpffs.hpp"
#include "map/error/kernel_error.hpp"
#include "mapctl/fd.hpp"
#include "mapctl/info.hpp"

namespace mapctl {

struct OpenedPin {
  Fd fd{};                           ///< empty for a link that was opened with flags
  std::optional<ObjectKind> kind{};  ///< nullopt: an object of a newer kind
  int error = 0;                     ///< positive errno; the rest is then empty
};

/// file_flags: 0, BPF_F_RDONLY or BPF_F_WRONLY.
OpenedPin open_pin(const std::filesystem::path& path, std::uint32_t file_flags);

Explanation explain_open(const std::filesystem::path& path, int error);
Explanation explain_pin(const std::filesystem::path& path, int error);
Explanation explain_unpin(const std::filesystem::path& path, int error);

}  // namespace mapctl
