#pragma once
// A map of many entries, and the files that hold them.

#include <functional>
#include <string>

#include "floor.hpp"
#include "launcher.hpp"
#include "mapctl/map.hpp"

namespace mapctl::bench {

struct Shape {
  std::string name;
  MapType type;
  std::string key;  ///< in the notation of parse_type()
  std::string value;
  std::string flags;
  /// Makes the entry of that number; all bytes are 0 before.
  std::function<void(std::uint32_t number, ByteSpan key, ByteSpan value)> make;
};

Shape counters();
Shape flows();
Shape per_cpu_counters();
Shape prefixes();
Shape mapped_array();

/// Two maps of one shape: a source, whose entries and order the files and the batch calls use, and
/// the map that is measured. The kernel seeds each hash differently, so entries of the source are
/// spread all over the other map, like those of any file from another source.
class Workload {
 public:
  Workload(const Shape& shape, std::uint32_t entries, const Launcher& launcher);
  ~Workload();
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  Map& map() noexcept { return map_; }
  const std::string& name() const noexcept { return shape_.name; }
  const Launcher& launcher() const noexcept { return launcher_; }
  std::size_t size() const noexcept { return all_.count; }
  const Entries& all() const noexcept { return all_; }
  /// One entry in a hundred, with its old value and with another value.
  const Entries& before() const noexcept { return before_; }
  const Entries& after() const noexcept { return after_; }

  void fill();
  void empty();
  void undo_changes();
  void remove_restored();
  /// Makes other maps, once, so that there are a thousand: ten are like these and full, the others
  /// small.
  void surround();

  /// The file with all entries in a format of `dump -o`.
  std::string dumped(const std::string& format);
  /// The same file with the changed values.
  std::string changed(const std::string& format);
  std::string saved();
  std::string bpftool_json();
  std::string bpftool_updates();
  std::string bpftool_deletions();
  std::string commands();

  /// Creates a map like these, with all entries.
  Run make_and_fill() const;

  static constexpr const char* pin = "/sys/fs/bpf/bench";
  static constexpr const char* restored_pin = "/sys/fs/bpf/bench_restored";
  static constexpr const char* others = "/sys/fs/bpf/bench_others";

 private:
  std::string dump_source(const std::string& name, const Command& command) const;
  void choose_changes();
  void remove_others() const;

  const Shape& shape_;
  const Launcher& launcher_;
  Map source_;
  Map map_;
  Entries all_;
  Entries before_;
  Entries after_;
};

}  // namespace mapctl::bench
