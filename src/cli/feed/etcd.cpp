#include "cli/feed/etcd.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/options/option.hpp"
#include "cli/session/failure.hpp"

namespace mapctl::cli {

namespace {

using nlohmann::json;

constexpr std::string_view scheme = "etcd://";
constexpr int page_size = 20'000;

/// The value of each digit; 64 for any other character.
constexpr auto base64_digits = [] {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<unsigned char, 256> values{};
  values.fill(64);
  for (unsigned char i = 0; i < digits.size(); ++i)
    values[static_cast<unsigned char>(digits[i])] = i;
  return values;
}();

std::string with_port(const std::string& host) {
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && host.find(']', colon) == std::string::npos;
  return has_port ? host : host + ":2379";
}

/// One answer of etcdctl get, as JSON.
json get(const EtcdPlace& place, const std::string& endpoint, const std::string& from,
         std::uint64_t revision) {
  std::vector<std::string> words = {
      "etcdctl", "get", from, place.end(), "--limit", std::to_string(page_size), "-w", "json"};
  if (revision != 0) words.push_back("--rev=" + std::to_string(revision));
  Child child(words, EtcdPlace::environment(endpoint));
  std::string text;
  while (!child.has_ended())
    if (const auto line = child.next_line(std::chrono::seconds{20}))
      text += *line;
    else
      break;
  const bool is_late = !child.has_ended();
  const int status = is_late ? -1 : child.status();
  json answer = json::parse(text, nullptr, false);
  if (status == 0 && answer.is_object()) return answer;
  remote_failed(fmt::format("cannot read {} of etcd", place.prefix),
                is_late ? "etcdctl gave no answer" : child.last_message());
}

}  // namespace

void remote_failed(const std::string& message, const std::string& why) {
  throw Failed({"remote", Exit::remote, message, why});
}

bool is_etcd_uri(std::string_view text) { return text.starts_with(scheme); }

EtcdPlace etcd_place(const std::string& uri) {
  const std::string rest = uri.substr(scheme.size());
  const std::size_t slash = rest.find('/');
  EtcdPlace place;
  if (slash != std::string::npos) place.prefix = rest.substr(slash);
  if (place.prefix.size() < 2)
    throw usage_error(fmt::format("'{}' has no prefix of keys", uri),
                      {"it looks like etcd://10.0.0.1,10.0.0.2/mapctl/edge"});
  if (!place.prefix.ends_with('/')) place.prefix += '/';
  for (const std::string_view host : split_names(std::string_view{rest}.substr(0, slash)))
    place.endpoints.push_back(host.empty() ? std::string{} : with_port(std::string{host}));
  if (place.endpoints.empty()) place.endpoints.emplace_back();
  return place;
}

Child::Environment EtcdPlace::environment(const std::string& endpoint) {
  Child::Environment environment{{"ETCDCTL_API", "3"}};
  // As options, they would conflict with variables that are set.
  if (!endpoint.empty()) environment.emplace_back("ETCDCTL_ENDPOINTS", endpoint);
  if (std::getenv("ETCDCTL_COMMAND_TIMEOUT") == nullptr)
    environment.emplace_back("ETCDCTL_COMMAND_TIMEOUT", "10s");
  return environment;
}

const json& etcd_member(const json& object, const char* name) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  std::string large = name;
  large[0] = static_cast<char>(std::toupper(large[0]));
  auto found = object.find(name);
  if (found == object.end()) found = object.find(large);
  return found == object.end() ? nothing : *found;
}

std::uint64_t etcd_number(const json& object, const char* name) {
  const json& member = etcd_member(object, name);
  if (member.is_string())
    return std::strtoull(member.get_ref<const std::string&>().c_str(), nullptr, 10);
  return member.is_number_unsigned() ? member.get<std::uint64_t>() : 0;
}

std::string etcd_bytes(const json& object, const char* name) {
  const json& member = etcd_member(object, name);
  if (!member.is_string()) return {};
  const std::string_view text = member.get_ref<const std::string&>();
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const unsigned digit = base64_digits[static_cast<unsigned char>(c)];
    if (digit > 63) break;  // the padding
    bits = bits << 6U | digit;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xffU);
  }
  return bytes;
}

EtcdRevision read_etcd(const EtcdPlace& place, const std::string& endpoint, const TakeEntry& take) {
  EtcdRevision read;
  std::string last;
  for (std::string from = place.prefix;;) {
    const json answer = get(place, endpoint, from, read.revision);
    if (read.revision == 0) {
      read.revision = etcd_number(etcd_member(answer, "header"), "revision");
      read.cluster = etcd_member(etcd_member(answer, "header"), "cluster_id").dump();
    }
    const json& kvs = etcd_member(answer, "kvs");
    bool is_new = false;
    for (const json& kv : kvs) {
      std::string key = etcd_bytes(kv, "key");
      if (!last.empty() && key <= last) continue;  // a page begins with the end of the one before
      last = key;
      is_new = true;
      key.erase(0, place.prefix.size());
      if (!key.starts_with('_')) take(std::move(key), etcd_bytes(kv, "value"));
    }
    const json& more = etcd_member(answer, "more");
    if (!more.is_boolean() || !more.get<bool>()) return read;
    if (!is_new) remote_failed("etcd gave the same page of keys twice");
    from = last.substr(0, last.find('\0'));  // no argument holds a NUL
  }
}

}  // namespace mapctl::cli
