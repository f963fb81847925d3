#pragma once
// Frames that tcpdump and its like have written to a file.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/input/source.hpp"
#include "mapctl/bytes.hpp"

namespace mapctl::cli {

struct CapturedFrame {
  std::size_t number = 0;  ///< in the file, from 1
  Bytes bytes{};           ///< from the Ethernet header on; of bare IP packets one is made
  bool is_cut = false;     ///< the capture kept only its beginning
};

/// Reads pcap (of either byte order, with micro- or nanoseconds) and pcapng, of Ethernet
/// or bare IP packets. Throws Failed (bad_input) for any other file.
class Capture {
 public:
  /// "-" is standard input.
  explicit Capture(const std::string& path);

  const std::string& path() const noexcept { return path_; }

  /// Nothing at the end of the file.
  std::optional<CapturedFrame> next();

 private:
  [[noreturn]] void refuse(const std::string& reason) const;
  /// The next bytes of the file, without taking them; nothing where it ends before the first.
  std::optional<std::string_view> look(std::size_t bytes);
  std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t size = 4) const;

  void begin_section(std::string_view header);
  void add_interface(std::uint32_t type);
  CapturedFrame frame(std::size_t interface, std::string_view bytes, std::uint32_t length);
  std::optional<CapturedFrame> next_record();
  std::optional<CapturedFrame> next_block();
  std::optional<CapturedFrame> packet_in(std::uint32_t type, std::string_view block);

  std::string path_;
  Source source_;
  bool is_big_endian_ = false;
  bool has_blocks_ = false;  ///< pcapng
  std::vector<std::uint32_t> link_types_;
  std::size_t frames_ = 0;
};

}  // namespace mapctl::cli
