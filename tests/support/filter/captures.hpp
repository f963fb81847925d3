#pragma once
// Files of captured packets, in the formats of other tools.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mapctl::test {

enum class ByteOrder { little, big };

inline constexpr std::uint32_t link_ethernet = 1;
inline constexpr std::uint32_t link_raw = 101;
inline constexpr std::uint32_t link_cooked = 113;

/// A TCP packet in IPv4, and an Ethernet frame with one.
std::string tcp_packet(std::uint8_t last_byte_of_source, std::uint16_t port);
std::string tcp_frame(std::uint8_t last_byte_of_source, std::uint16_t port);

/// A pcap file; its magic number, the first bytes, gives the unit of time.
std::string pcap(const std::vector<std::string>& packets, std::uint32_t link = link_ethernet,
                 ByteOrder order = ByteOrder::little, std::uint32_t magic = 0xa1b2c3d4);

/// A pcapng file, with blocks of other kinds in between.
std::string pcapng(const std::vector<std::string>& packets, std::uint32_t link = link_ethernet,
                   ByteOrder order = ByteOrder::little);

void write_file(const std::string& path, std::string_view content);

}  // namespace mapctl::test
