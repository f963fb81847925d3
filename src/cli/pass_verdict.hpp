#pragma once
// Values that let something pass or drop it, in the order that cuts off least.

#include <optional>

#include "mapctl/bytes.hpp"
#include "mapctl/layout.hpp"

namespace mapctl::cli {

/// Knows the values that say `pass`, where an enum with pass and drop is the first thing that
/// values hold.
class PassVerdict {
 public:
  explicit PassVerdict(const Layout& value);

  /// False where values have no verdicts.
  bool passes(ByteView value) const;

 private:
  std::optional<Bytes> pass_{};  ///< how values begin that say it
};

}  // namespace mapctl::cli
