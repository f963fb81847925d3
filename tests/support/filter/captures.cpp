#include "support/filter/captures.hpp"

#include <fstream>

namespace mapctl::test {

namespace {

class Numbers {
 public:
  explicit Numbers(ByteOrder order) : order_(order) {}

  Numbers& put(std::uint32_t value, int size = 4) {
    for (int i = 0; i < size; ++i) {
      const int shift = 8 * (order_ == ByteOrder::little ? i : size - 1 - i);
      bytes_ += static_cast<char>(value >> shift & 0xff);
    }
    return *this;
  }
  Numbers& put(const std::string& bytes) {
    bytes_ += bytes;
    return *this;
  }

  const std::string& bytes() const { return bytes_; }

 private:
  ByteOrder order_;
  std::string bytes_;
};

std::string block(ByteOrder order, std::uint32_t type, std::string body) {
  body.resize((body.size() + 3) / 4 * 4);
  const auto size = static_cast<std::uint32_t>(body.size() + 12);
  return Numbers(order).put(type).put(size).put(body).put(size).bytes();
}

}  // namespace

std::string tcp_packet(std::uint8_t last_byte_of_source, std::uint16_t port) {
  return Numbers(ByteOrder::big)
      .put(0x45000028)
      .put(0)
      .put(0x40060000)
      .put(0xc0000200U | last_byte_of_source)
      .put(0x0a000001)
      .put(5000, 2)
      .put(port, 2)
      .put(std::string(8, '\0'))
      .put(0x50020000)
      .put(0)
      .bytes();
}

std::string tcp_frame(std::uint8_t last_byte_of_source, std::uint16_t port) {
  return std::string(12, '\2') + std::string("\x08\x00", 2) + tcp_packet(last_byte_of_source, port);
}

std::string pcap(const std::vector<std::string>& packets, std::uint32_t link, ByteOrder order,
                 std::uint32_t magic) {
  Numbers file(order);
  file.put(magic).put(2, 2).put(4, 2).put(0).put(0).put(65535).put(link);
  for (const std::string& packet : packets) {
    const auto size = static_cast<std::uint32_t>(packet.size());
    file.put(1).put(2).put(size).put(size).put(packet);
  }
  return file.bytes();
}

std::string pcapng(const std::vector<std::string>& packets, std::uint32_t link, ByteOrder order) {
  constexpr std::uint32_t section = 0x0a0d0d0a;
  constexpr std::uint32_t interface = 1;
  constexpr std::uint32_t statistics = 5;
  constexpr std::uint32_t packet_block = 6;
  Numbers header(order);
  header.put(0x1a2b3c4d).put(1, 2).put(0, 2).put(0xffffffff).put(0xffffffff);
  std::string file = block(order, section, header.bytes()) +
                     block(order, interface, Numbers(order).put(link, 2).put(0, 2).put(0).bytes());
  for (const std::string& packet : packets) {
    const auto size = static_cast<std::uint32_t>(packet.size());
    file += block(order, packet_block,
                  Numbers(order).put(0).put(1).put(2).put(size).put(size).put(packet).bytes());
    file += block(order, statistics, std::string(12, '\0'));
  }
  return file;
}

void write_file(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace mapctl::test
