#pragma once
// Copies the entries of a map into another, which may be a new one like it.

#include <optional>
#include <string>

#include "cli/bulk/entry_writer.hpp"
#include "cli/entry/kernel_object.hpp"
#include "mapctl/chunk.hpp"

namespace mapctl::cli {

/// Makes a map with the properties and types of the source, but perhaps of another size. It has no
/// pin. `attempt`, such as "copy m into a new map", is what fails if its types cannot be read.
Target make_like(const Target& source, std::string name, std::optional<std::uint32_t> max_entries,
                 const std::string& attempt, const Session& session);

/// Copies the entries that exist for the command, chunk by chunk.
class MapCopy {
 public:
  /// All of them have to outlive it.
  MapCopy(const Target& source, Target& destination, const Session& session);

  /// Throws Failed if the entries would cut off the caller. No filter uses a new map yet.
  void check_caller();

  /// Returns false if an interrupt ended it, which is reported. A new map that was filled in part
  /// dies with its only descriptor; then nothing was done.
  bool run();

  std::size_t count() const noexcept { return writer_.written().put; }

 private:
  bool copy_all();
  bool write(const Chunk& chunk);
  ByteView object(ByteView value);

  const Target& source_;
  Target& destination_;
  EntryWriter writer_;
  std::optional<OpenObjects> objects_;
};

}  // namespace mapctl::cli
