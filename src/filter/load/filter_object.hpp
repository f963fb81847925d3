#pragma once
// The filter's program, and the pinned maps that it uses.

#include <filesystem>
#include <optional>
#include <vector>

#include "filter/load/trie_walk.hpp"
#include "filter/objects/skeleton.hpp"
#include "mapctl/filter/load_options.hpp"
#include "mapctl/map.hpp"

struct bpf_map;

namespace mapctl {

/// How many buffers a packet may have. A program for one buffer is faster by 6 ns a packet.
enum class PacketBuffers { one, several };

/// Loads the program with the pinned maps if there are any, and pins new maps, also in place of
/// those of an older version. Unless the new pins are kept, destruction removes them, or puts the
/// older maps back.
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
  /// How many rules of an older version, whose map was pinned, are in the new one.
  std::optional<std::size_t> taken_over() const noexcept { return taken_over_; }

  void keep_maps() noexcept { made_.clear(); }
  /// Returns whether the maps' pins are still those of the program's maps.
  bool maps_are_pinned() const;

 private:
  struct Pinned {
    std::filesystem::path pin;
    std::uint32_t map_id;
  };

  struct Made {
    Pinned pinned;
    std::optional<Map> older;  ///< was pinned there before
    PinOwner owner;
  };

  FilterObject() = default;
  void add_pin(const bpf_map* map, const std::filesystem::path& pin);
  /// Returns how many entries of an older map, which was pinned there, were taken over.
  std::optional<std::size_t> make_pin(const bpf_map* map, const std::filesystem::path& pin,
                                      PinOwner owner);
  static bool is_still_pinned(const Pinned& pinned) noexcept;

  FilterSkeleton skeleton_;
  std::optional<Map> rules_;
  std::vector<Pinned> pins_;
  std::vector<Made> made_;
  bool made_rules_ = false;
  std::optional<std::size_t> taken_over_;
};

}  // namespace mapctl
