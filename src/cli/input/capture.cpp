#include "cli/input/capture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/session/failure.hpp"

namespace mapctl::cli {

namespace {

constexpr std::uint32_t magic_microseconds = 0xa1b2c3d4;
constexpr std::uint32_t magic_nanoseconds = 0xa1b23c4d;
constexpr std::size_t file_header = 24;
constexpr std::size_t record_header = 16;

constexpr std::uint32_t section_block = 0x0a0d0d0a;  // equal in both byte orders
constexpr std::uint32_t interface_block = 1;
constexpr std::uint32_t obsolete_packet_block = 2;
constexpr std::uint32_t simple_packet_block = 3;
constexpr std::uint32_t packet_block = 6;
constexpr std::uint32_t magic_section = 0x1a2b3c4d;
/// Type and length before the data, and the length again after it.
constexpr std::size_t block_frame = 12;

/// A file with a longer packet is not a capture.
constexpr std::size_t longest_packet = std::size_t{16} * 1024 * 1024;

constexpr std::uint32_t link_ethernet = 1;
constexpr std::array<std::uint32_t, 4> links_of_ip{101, 12, 228, 229};

constexpr std::size_t ethernet_header = 14;

bool is_magic(std::uint32_t magic) {
  return magic == magic_microseconds || magic == magic_nanoseconds;
}

/// Adds an Ethernet header to a bare IP packet.
Bytes with_ethernet(ByteView packet) {
  const bool v6 = !packet.empty() && std::to_integer<unsigned>(packet[0]) >> 4 == 6;
  Bytes frame(ethernet_header);
  frame[12] = v6 ? std::byte{0x86} : std::byte{0x08};
  frame[13] = v6 ? std::byte{0xdd} : std::byte{0x00};
  append_bytes(frame, packet);
  return frame;
}

}  // namespace

Capture::Capture(const std::string& path) : path_(path), source_(path) {
  const std::string_view start = look(file_header);
  const bool is_long_enough = start.size() == file_header;
  has_blocks_ = is_long_enough && number(start, 0) == section_block;
  if (has_blocks_) return;
  is_big_endian_ = is_long_enough && !is_magic(number(start, 0));
  if (!is_long_enough || !is_magic(number(start, 0))) refuse("it is no pcap or pcapng file");
  constexpr std::uint32_t type_bits = 0x0fffffff;  // the upper bits describe check sums
  link_types_ = {number(start, 20) & type_bits};
  source_.consume(file_header);
}

std::optional<CapturedFrame> Capture::next() { return has_blocks_ ? next_block() : next_record(); }

void Capture::refuse(const std::string& reason) const {
  throw Failed({"bad_input", Exit::bad_data,
                fmt::format("cannot read packets from {}: {}", source_.name(), reason)});
}

std::string_view Capture::look(std::size_t bytes) {
  while (source_.rest().size() < bytes && source_.read_more()) continue;
  return source_.rest().substr(0, bytes);
}

std::optional<std::string_view> Capture::whole(std::size_t bytes, std::string_view what) {
  const std::string_view found = look(bytes);
  if (found.empty()) return std::nullopt;
  if (found.size() < bytes) refuse(fmt::format("it ends in the middle of a {}", what));
  return found;
}

std::uint32_t Capture::number(std::string_view bytes, std::size_t at, std::size_t size) const {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t from = is_big_endian_ ? i : size - 1 - i;
    value = value << 8 | static_cast<unsigned char>(bytes[at + from]);
  }
  return value;
}

CapturedFrame Capture::frame(std::size_t interface, std::string_view bytes, std::uint32_t length) {
  if (interface >= link_types_.size())
    refuse(fmt::format("packet {} is of an interface that it does not describe", frames_ + 1));
  const std::uint32_t type = link_types_[interface];
  const bool is_ip = std::ranges::find(links_of_ip, type) != links_of_ip.end();
  if (type != link_ethernet && !is_ip)
    throw Failed(
        {"bad_input",
         Exit::bad_data,
         fmt::format("cannot read packets from {}: they are of link type {}", source_.name(), type),
         "the filter sees Ethernet frames",
         {"capture on one interface: tcpdump -i eth0 -w FILE"}});
  const ByteView data = std::as_bytes(std::span{bytes});
  return {.number = ++frames_,
          .bytes = is_ip ? with_ethernet(data) : Bytes(data.begin(), data.end()),
          .is_cut = bytes.size() < length};
}

std::optional<CapturedFrame> Capture::next_record() {
  const auto header = whole(record_header, "packet");
  if (!header) return std::nullopt;
  const std::uint32_t size = number(*header, 8);
  const std::uint32_t length = number(*header, 12);
  if (size > longest_packet)
    refuse(fmt::format("packet {} would have {} bytes", frames_ + 1, size));
  const std::string_view record = *whole(record_header + size, "packet");
  CapturedFrame captured = frame(0, record.substr(record_header), length);
  source_.consume(record.size());
  return captured;
}

/// A section defines its byte order and its own interfaces.
void Capture::begin_section(std::string_view header) {
  is_big_endian_ = false;
  is_big_endian_ = number(header, 8) != magic_section;
  if (number(header, 8) != magic_section) refuse("its byte order cannot be told");
  link_types_.clear();
}

std::optional<CapturedFrame> Capture::next_block() {
  for (;;) {
    const auto header = whole(block_frame, "block");
    if (!header) return std::nullopt;
    if (number(*header, 0) == section_block) begin_section(*header);
    const std::uint32_t type = number(*header, 0);
    const std::size_t size = number(*header, 4);
    if (size < block_frame || size > longest_packet || size % 4 != 0)
      refuse(fmt::format("a block of it would have {} bytes", size));
    const std::string_view block = *whole(size, "block");
    std::optional<CapturedFrame> captured = packet_in(type, block);
    source_.consume(size);
    if (captured) return captured;
  }
}

/// Returns nothing for a block without a packet.
std::optional<CapturedFrame> Capture::packet_in(std::uint32_t type, std::string_view block) {
  const std::string_view body = block.substr(8, block.size() - block_frame);
  const auto need = [&](std::size_t bytes) {
    if (body.size() < bytes) refuse("a block of it is too short");
  };
  if (type == interface_block) {
    need(8);
    link_types_.push_back(number(body, 0, 2));
  } else if (type == packet_block || type == obsolete_packet_block) {
    need(20);
    const std::uint32_t size = number(body, 12);
    need(std::size_t{20} + size);
    const std::uint32_t interface = number(body, 0, type == packet_block ? 4 : 2);
    return frame(interface, body.substr(20, size), number(body, 16));
  } else if (type == simple_packet_block) {
    need(4);
    const std::uint32_t length = number(body, 0);
    return frame(0, body.substr(4, length), length);
  }
  return std::nullopt;
}

}  // namespace mapctl::cli
