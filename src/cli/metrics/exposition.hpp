#pragma once
// Metrics in the text format of Prometheus, version 0.0.4.

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace mapctl::cli {

inline constexpr std::string_view exposition_type = "text/plain; version=0.0.4; charset=utf-8";

/// Labels in their order: names, and values with any bytes.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// The text as a label has it: UTF-8 without control characters, like all output.
std::string label_value(std::string_view text);

/// Any text as the name of a label or a part of one.
std::string label_name(std::string_view text);

/// `id="7",name="m"`, for the samples of several metrics.
std::string label_text(const Labels& labels);

enum class MetricType { gauge, counter };

/// Writes metric after metric: its description, and then its samples. A metric without samples
/// is not written.
class Exposition {
 public:
  explicit Exposition(std::string& out) : out_(out) {}

  void begin(std::string_view name, MetricType type, std::string_view help);

  /// `labels`: as label_text() has them; each set occurs once in a metric. `value`: a number, or
  /// the digits of one.
  template <typename Value>
  void sample(std::string_view labels, const Value& value) {
    out_ += std::exchange(description_, {});
    fmt::format_to(std::back_inserter(out_), "{}{{{}}} {}\n", name_, labels, value);
  }

 private:
  std::string& out_;
  std::string name_;
  std::string description_;  ///< empty once it is written
};

}  // namespace mapctl::cli
