#pragma once
// Writes entries so that they mean the same when they are read again.

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

/// Throws Failed if entries of this map type cannot be read, or if only the program that made them
/// can put them.
void check_can_be_saved(const Map& map);

/// The pins of kernel objects, each kind searched once.
class PinSurvey {
 public:
  const PinsById& maps();
  const PinsById& programs();

 private:
  std::unique_ptr<PinsById> maps_;
  std::unique_ptr<PinsById> programs_;
};

/// Prints entries with stable names: ids in values that are valid only now (maps, programs,
/// interfaces) are replaced by pins and names.
class SavedEntries {
 public:
  /// shown: the schema for plain keys and values. All arguments have to outlive it.
  SavedEntries(const Map& map, const Schema& shown, PinSurvey& pins);

  std::vector<Column> columns() const;

  /// Throws Failed, naming the entry, if a value has no such name.
  void check() const;

  void print(Output& output, ByteView key, ByteView value) const;

 private:
  void print_redirect(Output& output, ByteView value, const std::string& program) const;
  std::string pin_of(const PinsById& pins, std::string_view what, std::uint32_t id,
                     ByteView key) const;
  std::string pin_in(ByteView key, ByteView value) const;
  /// Returns true if values are or contain ids of maps or programs.
  bool holds_ids() const;

  const Map& map_;
  ValueContent kind_;
  const Schema& shown_;
  PinSurvey& pins_;
  EntryPrinter printer_;
};

}  // namespace mapctl::cli
