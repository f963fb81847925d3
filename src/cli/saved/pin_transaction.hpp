#pragma once
// Pins that are made together or not at all.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// Makes pins. Without keep() they are taken away again at the end: the maps that were
/// pinned there before are back, and directories that were made are gone.
class Pinner {
 public:
  Pinner() = default;
  Pinner(const Pinner&) = delete;
  Pinner& operator=(const Pinner&) = delete;
  ~Pinner();

  void make_directories(const std::filesystem::path& directory);
  void pin(const Map& map, const std::filesystem::path& place);
  /// Takes the place of the map that is pinned there.
  void replace(const Map& map, const std::filesystem::path& place);

  /// Names the programs that go on with maps that were replaced.
  void keep();

 private:
  std::vector<std::function<void()>> undo_;
  std::vector<std::string> notes_;
};

}  // namespace mapctl::cli
