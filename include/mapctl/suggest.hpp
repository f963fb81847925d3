#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
namespace mapctl {
std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates);
}
