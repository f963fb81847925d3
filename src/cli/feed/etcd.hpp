#pragma once
// The entries below a prefix of etcd, read with etcdctl: etcd://HOST[:PORT][,HOST…]/PREFIX.

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/feed/child.hpp"

namespace mapctl::cli {

/// Where the entries are: an entry is PREFIX/KEY. Without hosts, etcdctl finds them by itself.
struct EtcdPlace {
  std::vector<std::string> endpoints;  ///< at least one; "" is what ETCDCTL_ENDPOINTS says
  std::string prefix;                  ///< with the last slash

  /// The first key behind all that begin with the prefix.
  std::string end() const { return prefix.substr(0, prefix.size() - 1) + '0'; }
  /// What etcdctl needs for one of the endpoints. Credentials are in our own environment.
  static Child::Environment environment(const std::string& endpoint);
};

bool is_etcd_uri(std::string_view text);
/// Throws Failed if it is no such address.
EtcdPlace etcd_place(const std::string& uri);

/// What a snapshot was taken of.
struct EtcdRevision {
  std::string cluster;
  std::uint64_t revision = 0;
};

/// Receives an entry: the rest of its key behind the prefix, and its value.
using TakeEntry = std::function<void(std::string&& key, std::string&& value)>;

/// Reads all entries at one revision from one endpoint, in pages. Keys that begin with _ are not
/// entries. Throws Failed with Exit::remote if it did not get all of them.
EtcdRevision read_etcd(const EtcdPlace& place, const std::string& endpoint, const TakeEntry& take);

/// A number of etcd's JSON, which different versions write as a number or as a string; 0 if there
/// is none. The name's first letter is large in some versions.
std::uint64_t etcd_number(const nlohmann::json& object, const char* name);
const nlohmann::json& etcd_member(const nlohmann::json& object, const char* name);
/// The bytes of a member in base64; none if there is no such member.
std::string etcd_bytes(const nlohmann::json& object, const char* name);

[[noreturn]] void remote_failed(const std::string& message, const std::string& why = {});

}  // namespace mapctl::cli
