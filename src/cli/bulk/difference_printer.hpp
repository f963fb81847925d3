#pragma once
// Prints differences as rows: added KEY VALUE, changed KEY OLD VALUE, removed KEY OLD.

#include "cli/bulk/compare_entries.hpp"
#include "cli/session/session.hpp"

namespace mapctl::cli {

/// Prints differences while the map is read, and missing entries at the end.
class DifferencePrinter final : public DifferenceVisitor {
 public:
  /// shows_extra: also prints entries of the map that are not wanted.
  DifferencePrinter(const Session& session, const Target& target, const WantedEntries& wanted,
                    bool counters, bool shows_extra);

  void changed(std::size_t number, ByteView old) override;
  void extra(ByteView key, ByteView value) override;
  void finish(const Differences& differences);

 private:
  void print(std::string_view change, ByteView key, std::optional<ByteView> old,
             std::optional<ByteView> value);

  const WantedEntries& wanted_;
  Schema schema_;
  bool shows_extra_;
  Results results_;
};

}  // namespace mapctl::cli
