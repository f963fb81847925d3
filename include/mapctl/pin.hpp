#pragma once
// Pins: maps, programs and links that have a path on a BPF filesystem.

#include <cstdint>
#include <filesystem>
#include <optional>

#include "mapctl/bpffs.hpp"
#include "mapctl/fd.hpp"
#include "mapctl/info.hpp"
#include "mapctl/pin_owner.hpp"

namespace mapctl {

class Map;

/// Returns the kind of the object at a path. Throws Error: Cause::not_found, Cause::permission,
/// Cause::not_bpffs; and permission for the pin of another owner than asked for.
ObjectKind pin_kind(const std::filesystem::path& path, PinOwner owner = PinOwner::anybody);

/// Throws the error that pinning at that path would fail with, as far as it is known before there
/// is an object to pin.
void check_pin_path(const std::filesystem::path& path);

/// Opens a pinned program, or the program of an id (CAP_SYS_ADMIN), so that it
/// can be put into a program array.
Fd open_program(const std::filesystem::path& pin);
Fd open_program(std::uint32_t id);

/// Pins a map in place of another one, in one step: there is always one of them. Mode, owner and
/// group stay those of the old pin. Returns the map that was there until then; nothing if nothing
/// was pinned there. Throws Error (permission) if the pin, or a symbolic link to it, has another
/// owner than asked for. Anything else than a map stays (Cause::not_a_map). If the process is
/// killed, a pin with "__replacing_" in its name can stay beside it. Needs Linux 5.16.
std::optional<Map> replace_pin(const Map& map, const std::filesystem::path& path,
                               PinOwner owner = PinOwner::trusted);

/// Removes a pin. The object lives on while something else refers to it. Refuses a path that is not
/// on a bpffs (Cause::not_bpffs).
void unpin(const std::filesystem::path& path);

}  // namespace mapctl
