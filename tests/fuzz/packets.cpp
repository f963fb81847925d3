// Packets: described, and captured.

#include "cli/input/capture.hpp"
#include "cli/session/failure.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/targets.hpp"
#include "mapctl/filter/packet.hpp"

namespace mapctl::test {

void fuzz_packet(std::string_view input) {
  accepts([&] { require(frame_of(input).size() >= 14, "a frame has an Ethernet header"); });
}

void fuzz_capture(std::string_view input) {
  static MemoryFile file;
  try {
    cli::Capture capture(file.holding(input));
    std::size_t frames = 0;
    while (const auto frame = capture.next()) {
      require(frame->number == ++frames, "frames are numbered");
      require(frame->bytes.size() <= input.size() + 14, "a frame comes from the file");
      require(frames <= input.size(), "reading ends");
    }
  } catch (const cli::Failed&) {
  }
}

}  // namespace mapctl::test
