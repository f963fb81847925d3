#pragma once
// Options of the commands that read many entries from a file.

#include <optional>
#include <string>
#include <string_view>

#include "cli/options/option.hpp"

namespace mapctl::cli {

/// The input formats of entries.
enum class InputFormat { plain, jsonl, json, csv };
inline constexpr std::string_view input_formats = "plain,jsonl,json,csv";

struct InputOptions {
  std::string file;  ///< a path, a directory, - for standard input, or etcd://HOST/PREFIX
  std::optional<InputFormat> format{};  ///< empty: detected from the content
  std::optional<std::string> value{};   ///< the value of all entries; the file has only keys
  std::optional<std::string> ttl{};     ///< see Lifetime
  std::string command{};                ///< without a file: prints the entries, see fetch_output()
};

template <auto... Path>
constexpr Option input_file(std::string_view help) {
  return option<Path..., &InputOptions::file>("-f,--file", ValueKind::file, help)
      .also_called("--from");
}

template <auto... Path>
constexpr Option input_format() {
  return choice<Path..., &InputOptions::format>(
      "--format", input_formats,
      "format of the file: plain, jsonl, json or csv (default: as it looks)");
}

template <auto... Path>
constexpr Option input_value() {
  return option<Path..., &InputOptions::value>(
      "--value", ValueKind::value, "the value of every entry: the file holds keys alone");
}

}  // namespace mapctl::cli
