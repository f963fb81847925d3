#pragma once
// A pair of veth interfaces: what is sent out of one comes in at the other.

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

  /// In native mode at the receiver, instead of the one that was there.
  void attach(int program) const;
  void detach() const;

 private:
  const Launcher& launcher_;
  int sender_ = 0;
  int receiver_ = 0;
};

}  // namespace mapctl::bench
