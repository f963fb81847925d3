#include "cli/metrics/map_metrics.hpp"

namespace mapctl::cli {

namespace {

const char* yes_or_no(bool value) { return value ? "true" : "false"; }

Labels with(Labels labels, std::string name, std::string value) {
  labels.emplace_back(std::move(name), std::move(value));
  return labels;
}

template <typename ValueOf>
void write_gauge(Exposition& out, std::span<const MapRow> maps, const char* name, const char* help,
                 ValueOf value_of) {
  out.begin(name, MetricType::gauge, help);
  for (const MapRow& map : maps)
    if (const auto value = value_of(map)) out.sample(label_text(map_labels(map.info)), *value);
}

std::optional<std::uint64_t> known(std::uint64_t value) { return value; }

void write_info(Exposition& out, std::span<const MapRow> maps) {
  out.begin("bpf_map_info", MetricType::gauge,
            "A map in the kernel; pin has its paths, separated by commas.");
  for (const MapRow& map : maps) {
    Labels labels = with(map_labels(map.info), "pin", map.pins.empty() ? "" : joined(map.pins));
    out.sample(label_text(with(std::move(labels), "frozen", yes_or_no(map.usage.frozen))), 1);
  }
}

void write_fill(Exposition& out, std::span<const MapRow> maps) {
  out.begin(
      "bpf_map_fill_ratio", MetricType::gauge,
      "Entries by capacity, of maps that can be full. An LRU map replaces old entries and may "
      "always be full, which says nothing about pressure.");
  for (const MapRow& map : maps)
    if (const std::optional<double> percent = map.fill())
      out.sample(label_text(with(map_labels(map.info), "lru", yes_or_no(is_lru(map.info.type)))),
                 *percent / 100);
}

}  // namespace

Labels map_labels(const MapInfo& map) {
  return {{"id", std::to_string(map.id)}, {"name", map.name}, {"type", type_name(map.type)}};
}

void write_map_metrics(Exposition& out, std::span<const MapRow> maps) {
  write_info(out, maps);
  write_gauge(out, maps, "bpf_map_entries",
              "Entries in the map; missing where they cannot be counted quickly.",
              [](const MapRow& map) { return map.entries; });
  write_gauge(out, maps, "bpf_map_max_entries",
              "Entries that the map can hold; bytes of a ring buffer, pages of an arena.",
              [](const MapRow& map) { return known(map.info.max_entries); });
  write_gauge(out, maps, "bpf_map_memory_bytes", "Memory that the kernel accounts to the map.",
              [](const MapRow& map) { return known(map.usage.memlock); });
  write_fill(out, maps);
}

}  // namespace mapctl::cli
