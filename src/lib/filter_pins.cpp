#include "filter_pins.hpp"

#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

constexpr std::string_view link_prefix = "filter_link_";

std::string escape(std::string_view interface) {
  std::string result;
  for (const char c : interface) {
    if (c == '.')
      result += "%2E";
    else if (c == '%')
      result += "%25";
    else
      result += c;
  }
  return result;
}

std::string unescape(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const bool is_dot = text.starts_with("%2E");
    const bool is_percent = text.starts_with("%25");
    result += is_dot ? '.' : is_percent ? '%' : text.front();
    text.remove_prefix(is_dot || is_percent ? 3 : 1);
  }
  return result;
}

}  // namespace

std::filesystem::path filter_link_pin(const std::filesystem::path& directory,
                                      const std::string& interface) {
  return directory / (std::string{link_prefix} + escape(interface));
}

std::optional<std::string> interface_of_pin(const std::filesystem::path& pin) {
  const std::string name = pin.filename().string();
  if (!name.starts_with(link_prefix)) return std::nullopt;
  return unescape(std::string_view{name}.substr(link_prefix.size()));
}

std::vector<std::filesystem::path> filter_link_pins(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> pins;
  for_each_pin(directory, [&](const std::filesystem::path& pin) {
    if (pin.parent_path() == directory && interface_of_pin(pin)) pins.push_back(pin);
  });
  return pins;
}

}  // namespace mapctl
