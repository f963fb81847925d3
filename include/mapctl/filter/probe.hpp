#pragma once
// What a filter would do with a packet, and by which of its rules.

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
  /// What rules were looked for, as the key of the narrowest rule for the packet;
  /// nullopt where its fate was decided before.
  std::optional<Bytes> seen{};
  /// The key of the rule that decided; nullopt where none did.
  std::optional<Bytes> rule{};
};

/// Asks a copy of the filter's program, which is attached nowhere and reads the
/// pinned rules: it answers whether or not the filter is loaded on an interface,
/// and neither rules nor statistics count what it is asked (Linux 5.18; needs
/// CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN).
class FilterProbe {
 public:
  /// Throws Error: not_found (no rules are pinned), exists (another map is),
  /// not_bpffs, permission.
  explicit FilterProbe(const FilterPins& pins);
  ~FilterProbe();
  FilterProbe(FilterProbe&&) noexcept;
  FilterProbe& operator=(FilterProbe&&) noexcept;

  /// `frame` is an Ethernet frame; only its first memory page is looked at, as
  /// the filter itself does. Rules that change faster than they can be asked
  /// throw Error (busy).
  FilterAnswer ask(ByteView frame);

  /// The interfaces whose programs do not look for rules by destination, where others do: answers
  /// are of these others.
  const std::vector<std::string>& without_destinations() const noexcept;

  /// What the keys in answers mean.
  const Layout& key_layout() const noexcept;

 private:
  struct Copy;
  std::unique_ptr<Copy> copy_;
};

}  // namespace mapctl
