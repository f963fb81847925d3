#include "cli/peers/agreement.hpp"

#include <arpa/inet.h>
#include <endian.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <netinet/ether.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <vector>

#include "mapctl/map_type.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;

/// bpftool prints the number of a type that is newer than itself.
json type_in_words(const json& type) {
  return type.is_number() ? json(type_name(static_cast<MapType>(type.get<int>()))) : type;
}

json flags_in_words(std::uint32_t flags) {
  struct Name {
    std::uint32_t bit;
    const char* name;
  };
  json names = json::array();
  for (const auto& [bit, name] :
       {Name{BPF_F_NO_PREALLOC, "no_prealloc"}, Name{BPF_F_RDONLY_PROG, "rdonly_prog"},
        Name{BPF_F_MMAPABLE, "mmapable"}}) {
    if ((flags & bit) != 0) names.push_back(name);
    flags &= ~bit;
  }
  EXPECT_EQ(flags, 0U) << "flags that no test is known to use";
  return names;
}

json hex(const json& bytes) {
  std::string text = "hex:";
  for (const json& byte : bytes) text += byte.get<std::string>().substr(2);
  return text;
}

bool is_bytes(const json& value) {
  return value.is_array() && !value.empty() && value[0].is_string();
}

bool is_failure(const json& entry) {
  return entry.is_object() && entry.contains("value") && entry["value"].is_object() &&
         entry["value"].contains("error");
}

json numbers(const void* bytes, std::size_t count) {
  std::vector<unsigned char> out(count);
  std::memcpy(out.data(), bytes, count);
  return out;
}

json bytes_of(const std::string& text) {
  in6_addr ipv6{};
  if (inet_pton(AF_INET6, text.c_str(), &ipv6) == 1) return numbers(&ipv6, sizeof ipv6);
  if (const ether_addr* const mac = ether_aton(text.c_str())) return numbers(mac, ETH_ALEN);
  json out = json::array();
  for (std::size_t at = std::strlen("hex:"); at < text.size(); at += 2)
    out.push_back(std::stoi(text.substr(at, 2), nullptr, 16));
  return out;
}

json number_of(const std::string& text) {
  in_addr ipv4{};
  if (inet_pton(AF_INET, text.c_str(), &ipv4) == 1) return ipv4.s_addr;
  return text.starts_with("0x") ? json(std::stoull(text, nullptr, 16)) : json(text);
}

json prefix(const std::string& text, const json& bpftools) {
  const std::size_t slash = text.find('/');
  return {{"prefixlen", std::stoi(text.substr(slash + 1))},
          {"addr", in_bpftools_words(text.substr(0, slash), bpftools["addr"])}};
}

json enumerator(const std::string& text, const std::string& full) {
  std::string lower = full;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower == text || lower.ends_with("_" + text) ? full : text;
}

json text_in_words(const std::string& text, const json& bpftools) {
  if (bpftools.is_number()) return number_of(text);
  if (bpftools.is_array()) return bytes_of(text);
  if (bpftools.is_object()) return prefix(text, bpftools);
  return enumerator(text, bpftools.get<std::string>());
}

json number_in_words(const json& number, const json& bpftools, const std::string& member) {
  if (member == "be16") return htobe16(number.get<std::uint16_t>());
  if (member == "be32") return htobe32(number.get<std::uint32_t>());
  if (member == "be64") return htobe64(number.get<std::uint64_t>());
  const bool is_same = bpftools.is_string() && bpftools.get<std::string>().starts_with("0x") &&
                       std::stoull(bpftools.get<std::string>(), nullptr, 16) == number;
  return is_same ? bpftools : number;
}

}  // namespace

json said_by(const std::string& command) {
  const Outcome outcome = sh(command);
  json said = json::parse(outcome.out, nullptr, false);
  EXPECT_FALSE(said.is_discarded()) << command << "\n" << outcome;
  return said.is_discarded() ? json() : said;
}

json in_mapctls_words(const json& bpftools_map) {
  return {{"id", bpftools_map["id"]},
          {"name", bpftools_map.value("name", "")},
          {"type", type_in_words(bpftools_map["type"])},
          {"flags", flags_in_words(bpftools_map["flags"])},
          {"key_size", bpftools_map["bytes_key"]},
          {"value_size", bpftools_map["bytes_value"]},
          {"max_entries", bpftools_map["max_entries"]},
          {"bytes_memlock", bpftools_map["bytes_memlock"]},
          {"frozen", bpftools_map["frozen"] == 1},
          {"btf_id", bpftools_map.value("btf_id", 0)},
          {"pinned", bpftools_map.value("pinned", json::array())}};
}

json as_hex(const json& bpftools) {
  if (bpftools.is_number()) return bpftools;
  if (is_bytes(bpftools)) return hex(bpftools);
  json out = bpftools.is_array() ? json::array() : json::object();
  for (const auto& [name, part] : bpftools.items()) {
    if (bpftools.is_array()) {
      if (!is_failure(part)) out.push_back(as_hex(part));
    } else if (name != "formatted" && part != json::array()) {
      out[name] = as_hex(part);
    }
  }
  return out;
}

json in_bpftools_words(const json& ours, const json& bpftools, const std::string& member) {
  if (ours.is_string()) return text_in_words(ours.get<std::string>(), bpftools);
  if (ours.is_number()) return number_in_words(ours, bpftools, member);
  if (!ours.is_structured()) return ours;
  json out = ours;
  for (const auto& [name, part] : ours.items()) {
    if (ours.is_object())
      out[name] = in_bpftools_words(part, bpftools.value(name, json()), name);
    else if (const std::size_t i = std::stoul(name); i < bpftools.size())
      out[i] = in_bpftools_words(part, bpftools[i]);
  }
  return out;
}

json sorted(json entries) {
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace mapctl::test
