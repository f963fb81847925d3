// Usage: fuzz TARGET [OPTION of libFuzzer]… [FOLDER of inputs | FILE]…
//        fuzz --list

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "fuzz/fuzz.hpp"
#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerRunDriver(int* argc, char*** argv,
                                   int (*run)(const std::uint8_t* data, std::size_t size));

namespace mapctl::test {
namespace {

constexpr NamedTarget targets[] = {
    {"type", fuzz_type},
    {"value", fuzz_value},
    {"expression", fuzz_expression},
    {"plain", fuzz_plain},
    {"json", fuzz_json},
    {"csv", fuzz_csv},
    {"written_csv", fuzz_written_csv},
    {"header", fuzz_header},
    {"packet", fuzz_packet},
    {"capture", fuzz_capture},
    {"btf", fuzz_btf},
    {"types", fuzz_types},
    {"object", fuzz_object},
    {"words", fuzz_words},
};

Target chosen = nullptr;

int run_chosen(const std::uint8_t* data, std::size_t size) {
  chosen({reinterpret_cast<const char*>(data), size});
  return 0;
}

int list() {
  for (const NamedTarget& target : targets) fmt::print("{}\n", target.name);
  return 0;
}

int run(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name == "--list") return list();
  const auto target = std::ranges::find(targets, name, &NamedTarget::name);
  if (target == std::end(targets)) {
    fmt::print(stderr, "fuzz: there is no target '{}'; see fuzz --list\n", name);
    return 2;
  }
  chosen = target->run;
  std::rotate(argv + 1, argv + 2, argv + argc);
  --argc;
  return LLVMFuzzerRunDriver(&argc, &argv, run_chosen);
}

}  // namespace
}  // namespace mapctl::test

int main(int argc, char** argv) { return mapctl::test::run(argc, argv); }
