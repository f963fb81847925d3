#pragma once
// Reads frames that tcpdump and similar tools wrote to a file.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/input/source.hpp"
#include "mapctl/bytes.hpp"

namespace mapctl::cli {

struct CapturedFrame {
  std::size_t number = 0;  ///< position in the file, from 1
  Bytes bytes{};           ///< from the Ethernet header on; for bare IP packets it is added
  bool is_cut = false;     ///< the capture truncated the packet
};

/// Reads pcap (both byte orders, micro- or nanoseconds) and pcapng with Ethernet or bare IP
/// packets. Throws Failed (bad_input) for any other file.
class Capture {
 public:
  /// The path "-" means standard input.
  explicit Capture(const std::string& path);

  const std::string& path() const noexcept { return path_; }

  /// Returns nothing at the end of the file.
  std::optional<CapturedFrame> next();

 private:
  [[noreturn]] void refuse(const std::string& reason) const;
  /// Returns the next bytes without consuming them, fewer at the end of the file.
  std::string_view look(std::size_t bytes);
  /// The same, but nothing at the end of the file, and fewer bytes are refused: the file ends in
  /// the middle of `what`.
  std::optional<std::string_view> whole(std::size_t bytes, std::string_view what);
  std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t size = 4) const;

  void begin_section(std::string_view header);
  CapturedFrame frame(std::size_t interface, std::string_view bytes, std::uint32_t length);
  std::optional<CapturedFrame> next_record();
  std::optional<CapturedFrame> next_block();
  std::optional<CapturedFrame> packet_in(std::uint32_t type, std::string_view block);

  std::string path_;
  Source source_;
  bool is_big_endian_ = false;
  bool has_blocks_ = false;  ///< the file is pcapng
  std::vector<std::uint32_t> link_types_;
  std::size_t frames_ = 0;
};

}  // namespace mapctl::cli
