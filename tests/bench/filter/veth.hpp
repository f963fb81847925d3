#pragma once
// A pair of veth interfaces: frames sent out of one arrive at the other.

#include "launcher.hpp"

namespace mapctl::bench {

class VethPair {
 public:
  explicit VethPair(const Launcher& launcher);
  ~VethPair();
  VethPair(const VethPair&) = delete;
  VethPair& operator=(const VethPair&) = delete;

  static constexpr const char* sender = "bench0";
  static constexpr const char* receiver = "bench1";
  int sender_index() const noexcept { return sender_; }

  /// Attaches the program in native mode at the receiver, and replaces the old one.
  void attach(int program) const;
  void detach() const;

 private:
  const Launcher& launcher_;
  int sender_ = 0;
  int receiver_ = 0;
};

}  // namespace mapctl::bench
