#pragma once
// The keys of LPM tries as text, both ways: `192.0.2.0/24`,
// `tcp/22 from 192.0.2.0/24`, `to 192.0.2.0/24`, `default`, and the long form with every member.

#include <optional>
#include <string_view>

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"
#include "mapctl/text/writer.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/address.hpp"
#include "text/literal/text_cursor.hpp"

namespace mapctl {

/// The content of a short form. Both directions go through assemble(), so a key
/// is printed short only if that text gives the very same bytes.
struct PrefixParts {
  bool everything = false;      ///< `default`: the key is all zeros
  bool is_destination = false;  ///< `to`: the address is the packet's destination
  IpAddress address{};
  unsigned length = 0;  ///< bits of the address
  unsigned protocol = 0;
  unsigned port = 0;
};

/// The number of bits that are compared before the address of that family.
unsigned bits_before_address(const PrefixShape& shape, bool v4);

/// Writes the address into its place in the key.
void store_address(const PrefixShape& shape, const IpAddress& address, ByteSpan key);

unsigned load_field(const Field& field, ByteView key);
void store_field(const Field& field, unsigned value, ByteSpan key);

std::uint32_t prefix_length(ByteView key);

/// Added to a family that is an IP version if the address is a destination.
inline constexpr unsigned destination_bit = 0x10;

/// Returns whether keys can be for a destination (`to`).
bool takes_destinations(const PrefixShape& shape);

/// 4 or 6 if the family is an IP version, with or without destination_bit.
unsigned family_in(const PrefixShape& shape, ByteView key);

/// The address in the key, as IPv4 if the family (or the key) says so and the bytes after the first
/// four are zero.
IpAddress address_in(const PrefixShape& shape, ByteView key);

/// Returns whether any bit of the address is set after the first `length`.
bool has_host_bits(const IpAddress& address, unsigned length);

/// Writes every byte of the key that a short form means.
void assemble(const PrefixShape& shape, const PrefixParts& parts, ByteSpan key);

/// An address, and the length after the slash if there is one.
struct AddressText {
  IpAddress address{};
  std::optional<unsigned> length{};
};

/// Reads `10.0.0.0/8` or `10.0.0.1`; refuses a family that the key cannot hold and a length past
/// its end.
AddressText parse_address(const PrefixShape& shape, std::string_view text, const ValuePath& place);

/// Refuses host bits, and names both possible meanings.
void check_host_bits(const IpAddress& address, unsigned length, const ValuePath& place);

/// Reads a short form: the whole text of a key.
PrefixParts parse_short_form(const PrefixShape& shape, std::string_view text);

/// The long form: the members of a key struct as encode() reads them, except for the address, whose
/// `/n` gives the prefix length.
class LongForm {
 public:
  explicit LongForm(const PrefixShape& shape) : shape_(shape) {}

  /// Reads the address member and returns true; otherwise notes which member was given, and leaves
  /// reading to the caller.
  bool take(const FoundField& field, TextCursor& in, ByteSpan key, const ValuePath& place);

  /// Fills in prefix length and family once all members are read.
  void finish(ByteSpan key);

 private:
  void set_length(ByteSpan key);
  void set_family(ByteSpan key);

  const PrefixShape& shape_;
  std::optional<AddressText> address_;
  bool address_opaque_ = false;  ///< the address was bytes or braces, without a length
  bool length_given_ = false;
  bool family_given_ = false;
};

/// Writes a key in the shortest form that is exact: short, long, hex.
void decode_prefix(const Layout& key, ByteView bytes, Writer& writer);

}  // namespace mapctl
