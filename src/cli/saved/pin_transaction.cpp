#include "cli/saved/pin_transaction.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "cli/naming/map_survey.hpp"
#include "cli/session/report.hpp"
#include "mapctl/pin.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

void undo(const std::function<void()>& step) noexcept {
  try {
    step();
  } catch (const std::exception& error) {
    note(fmt::format("it cannot be as it was before: {}", error.what()));
  }
}

}  // namespace

Pinner::~Pinner() {
  for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) undo(*step);
}

void Pinner::make_directories(const fs::path& directory) {
  std::error_code ignored;  // if it fails, pinning reports why
  if (directory.empty() || fs::exists(directory, ignored)) return;
  make_directories(directory.parent_path());
  if (fs::create_directory(directory, ignored))
    undo_.emplace_back([directory] { fs::remove(directory); });
}

void Pinner::pin(const Map& map, const fs::path& place) {
  map.pin(place);
  undo_.emplace_back([place] { unpin(place); });
}

void Pinner::replace(const Map& map, const fs::path& place, PinOwner owner) {
  const auto old = std::make_shared<const Map>(Map::open(place, Access::read_only, owner));
  std::vector<std::string> users;
  for (const ProgramInfo& program : programs_using(*old).value_or(std::vector<ProgramInfo>{}))
    users.push_back(fmt::format("{} (id {})", program.name, program.id));
  replace_pin(map, place, owner);
  undo_.emplace_back([old, place, owner] { replace_pin(*old, place, owner); });
  if (!users.empty())
    notes_.push_back(
        fmt::format("programs that use the old map of {} go on with it until they are loaded "
                    "again: {}",
                    place.string(), fmt::join(users, ", ")));
}

void Pinner::keep() {
  undo_.clear();
  for (const std::string& text : notes_) note(text);
}

}  // namespace mapctl::cli
