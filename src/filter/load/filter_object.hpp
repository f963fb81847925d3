#pragma once
// The filter's program, and the pinned maps that it uses.

#include <filesystem>
#include <vector>

#include "filter/load/trie_walk.hpp"
#include "filter/objects/skeleton.hpp"
#include "mapctl/filter/load_options.hpp"
#include "mapctl/map.hpp"

struct bpf_map;

namespace mapctl {

/// How many buffers a packet may have. A program for one buffer is faster by 6 ns a packet.
enum class PacketBuffers { one, several };

/// Loads the program with the pinned maps if there are any, and pins new maps; removes the new pins
/// on destruction unless they are kept.
class FilterObject {
 public:
  /// The program walks through the kernel's trie if the walk agrees with lookups.
  FilterObject(const FilterLoadOptions& options, PacketBuffers buffers,
               TrieWalk walk = TrieWalk::on);
  FilterObject(const FilterObject&) = delete;
  FilterObject& operator=(const FilterObject&) = delete;
  ~FilterObject();

  int fd() const;
  Map& rules() { return *rules_; }
  bool made_rules() const noexcept { return made_rules_; }

  void keep_maps() noexcept { made_.clear(); }
  /// Returns whether the maps' pins are still those of the program's maps.
  bool maps_are_pinned() const;

 private:
  struct Pinned {
    std::filesystem::path pin;
    std::uint32_t map_id;
  };

  FilterObject() = default;
  void add_pin(const bpf_map* map, const std::filesystem::path& pin, bool is_there);
  static bool is_still_pinned(const Pinned& pinned) noexcept;

  FilterSkeleton skeleton_;
  std::optional<Map> rules_;
  std::vector<Pinned> pins_;
  std::vector<Pinned> made_;
  bool made_rules_ = false;
};

}  // namespace mapctl
