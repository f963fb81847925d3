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

/// Undoing a step leaves alone what others have pinned there since.
bool is_pinned_at(const fs::path& place, std::uint32_t id) {
  try {
    return Map::open(place, Access::read_only).info().id == id;
  } catch (const Error&) {
    return false;
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
  undo_.emplace_back([id = map.info().id, place] {
    if (is_pinned_at(place, id)) unpin(place);
  });
}

void Pinner::replace(const Map& map, const fs::path& place, std::uint32_t meant, PinOwner owner) {
  const std::shared_ptr<const std::optional<Map>> old =
      std::make_shared<std::optional<Map>>(replace_pin(map, place, owner));
  undo_.emplace_back([old, id = map.info().id, place, owner] {
    if (!is_pinned_at(place, id)) return;
    *old ? void(replace_pin(**old, place, owner)) : unpin(place);
  });
  if (!*old) return;
  if ((*old)->info().id != meant)
    notes_.push_back(
        fmt::format("the map that was pinned at {} had been replaced meanwhile: another map was "
                    "there, and is replaced, too",
                    place.string()));
  note_users(**old, place);
}

void Pinner::note_users(const Map& old, const fs::path& place) {
  std::vector<std::string> users;
  for (const ProgramInfo& program : programs_using(old).value_or(std::vector<ProgramInfo>{}))
    users.push_back(fmt::format("{} (id {})", program.name, program.id));
  if (users.empty()) return;
  notes_.push_back(fmt::format(
      "programs that use the old map of {} go on with it until they are loaded again: {}",
      place.string(), fmt::join(users, ", ")));
}

void Pinner::keep() {
  undo_.clear();
  for (const std::string& text : notes_) note(text);
}

}  // namespace mapctl::cli
