#pragma once
// Creates pins together or not at all.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// Creates pins. Without keep() the destructor removes them, restores the maps that were pinned
/// there before, and removes folders that were made.
class Pinner {
 public:
  Pinner() = default;
  Pinner(const Pinner&) = delete;
  Pinner& operator=(const Pinner&) = delete;
  ~Pinner();

  void make_directories(const std::filesystem::path& directory);
  void pin(const Map& map, const std::filesystem::path& place);
  /// Replaces the map that is pinned there. If its id is not the one that was meant, a note says
  /// so.
  void replace(const Map& map, const std::filesystem::path& place, std::uint32_t meant,
               PinOwner owner);

  /// Keeps the pins, and names the programs that still use replaced maps.
  void keep();

 private:
  void note_users(const Map& old, const std::filesystem::path& place);

  std::vector<std::function<void()>> undo_;
  std::vector<std::string> notes_;
};

}  // namespace mapctl::cli
