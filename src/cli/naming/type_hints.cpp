#include "cli/naming/type_hints.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/naming/map_survey.hpp"
#include "cli/naming/text_argument.hpp"
#include "cli/session/report.hpp"
#include "map/pin_owner.hpp"
#include "mapctl/error.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* subfolder = "mapctl/types.d";

std::vector<fs::path> folders() {
  std::vector<fs::path> all;
  const auto from_environment = [](const char* name) {
    const char* const value = std::getenv(name);
    return fs::path{value == nullptr ? "" : value};
  };
  fs::path config = from_environment("XDG_CONFIG_HOME");
  if (!config.is_absolute()) config = from_environment("HOME") / ".config";
  if (config.is_absolute()) all.push_back(config / subfolder);
  all.push_back(fs::path{"/etc"} / subfolder);
  all.push_back(fs::path{MAPCTL_DATADIR} / subfolder);
  return all;
}

void refuse(const fs::path& path, const std::string& reason) {
  note(fmt::format("the types in {} are not used: {}", path.string(), reason));
}

/// Holds a file or folder that nobody but root and the caller can change; empty if there is none.
HeldFile hold_trusted(const fs::path& path) {
  try {
    HeldFile held = hold_pin(path, PinOwner::trusted);
    constexpr mode_t others = S_IWGRP | S_IWOTH;
    if (held.error != 0 || (held.status.st_mode & others) == 0) return held;
    refuse(path, "others may write to it");
  } catch (const Error& error) {
    refuse(path, error.details().reason);
  }
  return {.error = EPERM};
}

TypeHint hint_of(const json& entry, const fs::path& file) {
  TypeHint hint{.map = entry.at("map").get<std::string>(), .file = file.string()};
  for (const auto& [name, text] : entry.items()) {
    if (name == "map") continue;
    std::string* const place = name == "program" ? &hint.program
                               : name == "key"   ? &hint.key
                               : name == "value" ? &hint.value
                                                 : nullptr;
    if (place == nullptr)
      throw BadInput(fmt::format("it says '{}', and could say map, program, key and value", name));
    *place = text.get<std::string>();
  }
  return hint;
}

/// Throws json::exception or BadInput.
std::vector<TypeHint> hints_in(std::istream& text, const fs::path& path) {
  std::vector<TypeHint> hints;
  for (const json& entry : json::parse(text)) hints.push_back(hint_of(entry, path));
  return hints;
}

std::string no_list(const json::exception& error) {
  return fmt::format("it is no list of objects that name a map: {}", error.what());
}

void read_file(const fs::path& path, std::vector<TypeHint>& hints) {
  const HeldFile held = hold_trusted(path);
  if (held.error != 0) return;
  try {
    std::ifstream file(held.place());
    std::ranges::move(hints_in(file, path), std::back_inserter(hints));
  } catch (const json::exception& error) {
    refuse(path, no_list(error));
  } catch (const BadInput& error) {
    refuse(path, error.what());
  }
}

/// A file that the caller names is trusted, and has to be right.
std::vector<TypeHint> read_named_file(const std::string& path) {
  const Fd file = open_input(path);
  std::ifstream text(fmt::format("/proc/self/fd/{}", file.get()));
  try {
    return hints_in(text, path);
  } catch (const json::exception& error) {
    throw BadInput(fmt::format("{}: {}", path, no_list(error)));
  } catch (const BadInput& error) {
    throw BadInput(fmt::format("{}: {}", path, error.what()));
  }
}

void read_folder(const fs::path& folder, std::vector<TypeHint>& hints) {
  std::error_code absent;
  if (!fs::exists(folder, absent)) return;
  if (hold_trusted(folder).error != 0) return;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, absent))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::ranges::sort(files);
  for (const fs::path& file : files) read_file(file, hints);
}

/// Read once for all maps of a batch.
const std::vector<TypeHint>& all_hints() {
  static const std::vector<TypeHint> hints = [] {
    std::vector<TypeHint> found;
    for (const fs::path& folder : folders()) read_folder(folder, found);
    return found;
  }();
  return hints;
}

bool fits(const std::string& pattern, const std::string& name) {
  return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

bool is_used_by(const Map& map, const std::string& program) {
  if (program.empty()) return true;
  const auto users = programs_using(map);
  return users && std::ranges::any_of(
                      *users, [&](const ProgramInfo& user) { return fits(program, user.name); });
}

}  // namespace

void try_hints(const Map& map, const std::string& file,
               const std::function<bool(const TypeHint&)>& use) {
  const auto try_all = [&](const std::vector<TypeHint>& hints) {
    return std::ranges::any_of(hints, [&](const TypeHint& hint) {
      return fits(hint.map, map.info().name) && is_used_by(map, hint.program) && use(hint);
    });
  };
  if (!file.empty() && try_all(read_named_file(file))) return;
  try_all(all_hints());
}

}  // namespace mapctl::cli
