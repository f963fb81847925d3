#pragma once
// Where entries come from, for the commands that take many, and the options that say so.

#include <optional>
#include <string>

#include "cli/options/option.hpp"

namespace mapctl::cli {

/// The formats that entries are read in.
enum class InputFormat { plain, jsonl, json, csv };

struct InputOptions {
  std::string file;                     ///< - for standard input
  std::optional<InputFormat> format{};  ///< nothing: told by its content
  std::optional<std::string> value{};   ///< of every entry; the file has keys alone
};

template <auto... Path>
constexpr Option input_file(std::string_view help) {
  return option<Path..., &InputOptions::file>("-f,--file", ValueKind::file, help);
}

template <auto... Path>
constexpr Option input_format() {
  return choice<Path..., &InputOptions::format>(
      "--format", "plain,jsonl,json,csv",
      "format of the file: plain, jsonl, json or csv (default: as it looks)");
}

template <auto... Path>
constexpr Option input_value() {
  return option<Path..., &InputOptions::value>(
      "--value", ValueKind::value, "the value of every entry: the file holds keys alone");
}

}  // namespace mapctl::cli
