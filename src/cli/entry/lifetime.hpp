#pragma once
// The ends of entries on the command line: --ttl, and maps whose entries have no end.

#include <cstdint>
#include <string>

#include "cli/naming/target.hpp"
#include "cli/options/option.hpp"
#include "text/codec/end.hpp"

namespace mapctl::cli {

/// The end of the entries of a map. Throws Failed, telling what the map would need, if they have
/// none. `attempt`: "expire m".
End end_of(const Target& target, const std::string& attempt);

/// The text for Lifetime.
template <auto... Path>
constexpr Option time_to_live() {
  return option<Path...>("--ttl", ValueKind::text,
                         "how long the entries last that name no end: 90s, 1h or 30d");
}

/// The value of --ttl. All entries of a call end at the same time.
class Lifetime {
 public:
  /// Throws Failed if the text is no duration, or the entries of the map have no end.
  Lifetime(const Target& target, const std::string& text);

  /// Sets the end of a value that names none. The map's bits of it are not kept.
  void apply(Bytes& value, Bytes& kept) const;

 private:
  End place_;
  std::uint64_t end_ = 0;
};

}  // namespace mapctl::cli
