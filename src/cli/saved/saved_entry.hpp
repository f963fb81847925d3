#pragma once
// Entries of a map written so that they mean the same when they are read again.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/entry/entry.hpp"
#include "cli/input/saved_header.hpp"
#include "cli/naming/map_survey.hpp"
#include "cli/naming/target.hpp"
#include "cli/output/output.hpp"

namespace mapctl::cli {

/// Throws Failed where entries of such maps cannot be read, or cannot be put by anyone but
/// the program that made them.
void check_can_be_saved(const Map& map);

/// Where objects of the kernel are pinned, found out once.
class PinSurvey {
 public:
  const PinsById& maps();
  const PinsById& programs();

 private:
  std::unique_ptr<PinsById> maps_;
  std::unique_ptr<PinsById> programs_;
};

/// Prints entries: what values name by numbers that are only good today (maps, programs,
/// interfaces) is called by pins and names instead.
class SavedEntries {
 public:
  /// shown: how plain keys and values are printed. All have to outlive it.
  SavedEntries(const Map& map, const Schema& shown, PinSurvey& pins);

  std::vector<Column> columns() const;

  /// Throws Failed, naming the entry, where a value has no such name.
  void check() const;

  void print(Output& output, ByteView key, ByteView value) const;

 private:
  void print_redirect(Output& output, ByteView value, const std::string& program) const;
  std::string pin_of(const PinsById& pins, std::string_view what, std::uint32_t id,
                     ByteView key) const;
  std::string pin_in(ByteView key, ByteView value) const;
  /// Whether values are ids of maps or programs, or have one of them in it.
  bool holds_ids() const;

  const Map& map_;
  ValueContent kind_;
  const Schema& shown_;
  PinSurvey& pins_;
  EntryPrinter printer_;
};

}  // namespace mapctl::cli
