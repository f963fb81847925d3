#include "table.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "numbers.hpp"

namespace mapctl::bench {

namespace {

std::string significant(double number) {
  return fmt::format("{:.{}f}", number, number < 10 ? 2 : number < 100 ? 1 : 0);
}

std::string time_of(const std::optional<Median>& median) {
  return median ? significant(median->milliseconds) : "";
}

}  // namespace

void print_head() {
  fmt::print("| {:<20} | {:<15} | {:>7} | {:>9} | {:>8} | {:>10} | {:>9} | {:>8} | {:>9} |\n",
             "operation", "layout", "entries", "mapctl ms", "peak MiB", "bpftool ms", "faster by",
             "floor ms", "of floor");
  fmt::print("|{:-<22}|{:-<17}|-{:->7}:|-{:->9}:|-{:->8}:|-{:->10}:|-{:->9}:|-{:->8}:|-{:->9}:|\n",
             "", "", "", "", "", "", "", "", "");
}

void print(const Row& row) {
  fmt::print("| {:<20} | {:<15} | {:>7} | {:>9} | {:>8.1f} | {:>10} | {:>9} | {:>8} | {:>9} |\n",
             row.what, row.layout, size_text(row.entries), significant(row.ours.milliseconds),
             row.ours.peak_mib, time_of(row.peer), row.peer ? significant(row.peer->ratio) : "",
             time_of(row.floor), row.floor ? significant(1 / row.floor->ratio) : "");
  std::fflush(stdout);
}

}  // namespace mapctl::bench
