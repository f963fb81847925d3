#pragma once
// Writes a map so that it can be made again.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/naming/map_survey.hpp"
#include "cli/saved/atomic_file.hpp"
#include "cli/session/session.hpp"

namespace mapctl::cli {

struct SaveOptions {
  std::vector<std::string> maps;  ///< with `all`: at most a folder to save into
  bool all = false;
  std::string file{};
  bool counters = false;  ///< also save fields that are tagged as counters
  bool stats = false;
  std::vector<std::string> where{};
};

/// The pins of kernel objects, each kind searched once.
class PinSurvey {
 public:
  const PinsById& maps() { return maps_ ? *maps_ : maps_.emplace(pins_by_id()); }
  const PinsById& programs() {
    return programs_ ? *programs_ : programs_.emplace(program_pins_by_id());
  }

 private:
  std::optional<PinsById> maps_;
  std::optional<PinsById> programs_;
};

/// Checks everything that can be checked before the first byte; throws Failed or Error if the map
/// cannot be saved. The result writes it in the format of the session; after a failure, a part may
/// have been written. The options and the pins have to outlive it.
std::function<void(SaveTo)> prepare_save(const std::string& reference, const SaveOptions& options,
                                         const Session& session, PinSurvey& pins);

}  // namespace mapctl::cli
