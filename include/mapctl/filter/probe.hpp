#pragma once
// Asks what a filter would do with a packet, and by which of its rules.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mapctl/bytes.hpp"
#include "mapctl/filter/pins.hpp"
#include "mapctl/filter/verdict.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

struct FilterAnswer {
  FilterVerdict verdict = FilterVerdict::pass_default;
  /// The key that rules were looked up with: that of the narrowest rule for the packet; nullopt if
  /// its fate was decided before.
  std::optional<Bytes> seen{};
  /// The key of the rule that decided; nullopt if none did.
  std::optional<Bytes> rule{};
};

/// Asks a copy of the filter's program that is attached nowhere and reads the pinned rules. It
/// answers whether or not the filter is loaded on an interface, and changes no counter of rules or
/// statistics (Linux 5.18; needs CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN).
class FilterProbe {
 public:
  /// Throws Error: not_found (no rules are pinned), exists (another kind of map is pinned),
  /// not_bpffs, permission.
  explicit FilterProbe(const FilterPins& pins);
  ~FilterProbe();
  FilterProbe(FilterProbe&&) noexcept;
  FilterProbe& operator=(FilterProbe&&) noexcept;

  /// `frame` is an Ethernet frame; only its first memory page is read, as in the filter itself.
  /// Throws Error (busy) if rules change faster than they can be asked.
  FilterAnswer ask(ByteView frame);

  /// The interfaces whose programs do not look up rules by destination, if others do; the answers
  /// are those of the others.
  const std::vector<std::string>& without_destinations() const noexcept;

  /// The layout of the keys in answers.
  const Layout& key_layout() const noexcept;

 private:
  struct Copy;
  std::unique_ptr<Copy> copy_;
};

}  // namespace mapctl
